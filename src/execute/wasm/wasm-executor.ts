// biome-ignore-all lint/style/noNonNullAssertion: the layout has a place for each buffer; samples lie below the frames asked for
/** The fast executor: the kernels of the engine `pedalbench` as a WebAssembly module made for the program. */
import type { TanhKind } from '../../engine/engine.ts';
import { lowerPedalbench } from '../../engine/pedalbench/engine.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import { webAssembly } from '../../kernel/webassembly.ts';
import type { Program } from '../../program/program.ts';
import type { Executor } from '../executor.ts';
import { type CompiledModule, compileModule } from './compile-module.ts';

/** What WebAssembly offers on a common host: x86-64 has 16 vector registers; no fused multiply-add. */
const generic = { tune: 'generic', fma: false, fastMath: false } as const;
export const wasmTarget: Target = { isa: 'wasm', lanes: 4, vectorRegisters: 16, ...generic };

/** Most frames go through in the large chunk; what is left of a block, up to four, in the small one. */
const largeFrames = 64;
const smallFrames = 4;

/**
 * Samples below this are taken for silence (-300 dB of full scale): WebAssembly cannot flush
 * denormals, and products with a fading input would be slow denormals for nothing audible.
 */
const silence = 1e-15;

export interface WasmOptions {
  /** @default 'libm': accurate tanh, to about two units in the last place of float32. */
  readonly tanh: TanhKind;
}

type Run = (frames: number, saturating: 0 | 1) => void;

const lower = (program: Program, blockFrames: number, { tanh }: WasmOptions): Lowered =>
  lowerPedalbench(program, wasmTarget, { blockFrames, ringFrames: largeFrames, tanh });

/** The module that most blocks of a program run in. */
export function compileProgram(program: Program, options: WasmOptions): CompiledModule {
  return compileModule([{ name: 'large', lowered: lower(program, largeFrames, options) }]);
}

export function createWasmExecutor(
  program: Program,
  options: WasmOptions = { tanh: 'libm' },
): Executor {
  const large = lower(program, largeFrames, options);
  const compiled = compileModule([{ name: 'large', lowered: large }]);
  const memory = new webAssembly.Memory({ initial: compiled.memoryPages });
  const instantiate = ({ bytes }: CompiledModule): Readonly<Record<string, unknown>> =>
    new webAssembly.Instance(new webAssembly.Module(bytes), { pedalbench: { memory } }).exports;
  const runLarge = instantiate(compiled).large as Run;
  // Compiled when a block first leaves a rest of so few frames; many hosts never do.
  let runSmall: Run | null = null;
  const makeSmall = (): Run => {
    const lowered = lower(program, smallFrames, options);
    return instantiate(compileModule([{ name: 'small', lowered }])).small as Run;
  };

  const { layout } = compiled;
  const floats = new Float32Array(memory.buffer);
  const positions = new Int32Array(memory.buffer, layout.positions, large.rings.length);
  const inputAt = layout.buffers[large.input]! / 4;
  const outputAt = layout.buffers[large.output]! / 4;
  const inputs = program.buffers[program.input]?.channels ?? 1;
  const outputs = program.buffers[program.output]?.channels ?? 1;
  const recurrent = program.operations.some(({ op }) => op === 'lstm');

  const executor: Executor = {
    reset() {
      floats.fill(0);
      large.buffers.forEach(({ data }, id) => {
        if (data) floats.set(data, layout.buffers[id]! / 4);
      });
      large.rings.forEach(({ policy }, id) => {
        positions[id] = policy.start;
      });
      if (!recurrent) {
        // After a prewarm of silence every history holds one value a channel, so that one frame with
        // histories filled from it gives the state that thousands of frames would.
        runLarge(1, 1);
        return;
      }
      for (let left = program.prewarmSamples; left > 0; left -= largeFrames) {
        runLarge(Math.min(left, largeFrames), 0);
      }
    },
    process(input, output, frames) {
      for (let done = 0; done < frames; ) {
        const left = frames - done;
        const plane = left <= smallFrames ? smallFrames : largeFrames;
        const count = Math.min(left, plane);
        for (let c = 0; c < inputs; c++) {
          const from = c * frames + done;
          const to = inputAt + c * plane;
          for (let i = 0; i < count; i++) {
            const sample = input[from + i]!;
            floats[to + i] = sample < silence && sample > -silence ? 0 : sample;
          }
        }
        if (plane === largeFrames) runLarge(count, 0);
        else {
          runSmall ??= makeSmall();
          runSmall(count, 0);
        }
        for (let c = 0; c < outputs; c++) {
          const from = outputAt + c * plane;
          const to = c * frames + done;
          for (let i = 0; i < count; i++) output[to + i] = floats[from + i]!;
        }
        done += count;
      }
    },
  };
  executor.reset();
  return executor;
}
