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

/** Most frames go through in large blocks; what is left of one, up to four, in a small one. */
const largeFrames = 64;
const smallFrames = 4;

export interface WasmOptions {
  /** @default 'libm': accurate tanh, within 4.2e-7 of its value. */
  readonly tanh: TanhKind;
}

type Run = (frames: number, saturating: 0 | 1) => void;

const lower = (program: Program, blockFrames: number, { tanh }: WasmOptions): Lowered =>
  lowerPedalbench(program, wasmTarget, { blockFrames, ringFrames: largeFrames, tanh });

const channelsOf = ({ buffers }: Program, id: number): number => buffers[id]?.channels ?? 1;

const compile = (program: Program, lowered: Lowered): CompiledModule =>
  compileModule(lowered, channelsOf(program, program.input));

/** The module that most blocks of a program run in. */
export function compileProgram(program: Program, options: WasmOptions): CompiledModule {
  return compile(program, lower(program, largeFrames, options));
}

/** So many floats; all of an array at once, which is three times as quick as one by one. */
function copy(from: Float32Array, start: number, to: Float32Array, at: number, count: number) {
  if (start === 0 && count === from.length) to.set(from, at);
  else for (let i = 0; i < count; i++) to[at + i] = from[start + i]!;
}

export function createWasmExecutor(
  program: Program,
  options: WasmOptions = { tanh: 'libm' },
): Executor {
  const large = lower(program, largeFrames, options);
  const compiled = compile(program, large);
  const memory = new webAssembly.Memory({ initial: compiled.memoryPages });
  const instantiate = ({ bytes }: CompiledModule): Run => {
    const imports = { pedalbench: { memory } };
    return new webAssembly.Instance(new webAssembly.Module(bytes), imports).exports.run as Run;
  };
  const runLarge = instantiate(compiled);
  // Compiled when a block first leaves a rest of so few frames; many hosts never do.
  let runSmall: Run | null = null;
  const makeSmall = (): Run => instantiate(compile(program, lower(program, smallFrames, options)));

  const { layout } = compiled;
  const floats = new Float32Array(memory.buffer);
  const positions = new Int32Array(memory.buffer, layout.positions, large.rings.length);
  const inputAt = layout.buffers[large.input]! / 4;
  const outputAt = layout.buffers[large.output]! / 4;
  const inputs = channelsOf(program, program.input);
  const wholeOutputs = Array.from({ length: channelsOf(program, program.output) }, (_, c) =>
    floats.subarray(outputAt + c * largeFrames, outputAt + (c + 1) * largeFrames),
  );
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
          copy(input, c * frames + done, floats, inputAt + c * plane, count);
        }
        if (plane === largeFrames) runLarge(count, 0);
        else {
          runSmall ??= makeSmall();
          runSmall(count, 0);
        }
        for (let c = 0; c < wholeOutputs.length; c++) {
          const to = c * frames + done;
          if (count === largeFrames) copy(wholeOutputs[c]!, 0, output, to, count);
          else copy(floats, outputAt + c * plane, output, to, count);
        }
        done += count;
      }
    },
  };
  executor.reset();
  return executor;
}
