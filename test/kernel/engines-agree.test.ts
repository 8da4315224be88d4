import { expect, test } from 'vitest';
import type { Engine, TanhKind } from '../../src/engine/engine.ts';
import { pedalbench } from '../../src/engine/pedalbench/engine.ts';
import { engines } from '../../src/engine/registry.ts';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { wasmTarget } from '../../src/execute/wasm/wasm-executor.ts';
import type { Lanes } from '../../src/kernel/instruction.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import type { WaveNetNetwork } from '../../src/nam/network.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { createInterpreter } from './interpreter/interpreter.ts';
import { a2Shape, numbersFrom, oneArray, twoArrays } from './small-networks.ts';

/** One target for each vector width: a microcontroller, a Cortex-A and an x86 with AVX2. */
const targets: Readonly<Record<string, Target>> = {
  '1 lane': {
    isa: 'thumb2-vfp',
    lanes: 1,
    vectorRegisters: 32,
    tune: 'cortex-m7',
    fma: true,
    fastMath: true,
  },
  '4 lanes': {
    isa: 'aarch64',
    lanes: 4,
    vectorRegisters: 32,
    tune: 'cortex-a57',
    fma: true,
    fastMath: true,
    compiler: 'gcc-10',
  },
  '8 lanes': {
    isa: 'x86-avx2',
    lanes: 8 satisfies Lanes,
    vectorRegisters: 16,
    tune: 'haswell',
    fma: true,
    fastMath: true,
  },
};

/** The largest difference between the kernels and the reference executor, after both are prewarmed. */
function disagreement(
  engine: Engine,
  program: Program,
  target: Target,
  tanh: TanhKind,
  blockFrames: number,
  frames: number,
): number {
  const lowered = engine.lower(program, target, { blockFrames, tanh });
  const machine = createInterpreter(lowered);
  const reference = createReferenceExecutor(program, { tanh });
  const next = numbersFrom(5);
  const silence = new Float32Array(blockFrames);
  const heard = new Float32Array(blockFrames);
  const expected = new Float32Array(blockFrames);
  for (let done = 0; done < program.prewarmSamples; done += blockFrames) {
    machine.process(silence, heard);
  }
  let worst = 0;
  for (let done = 0; done < frames; done += blockFrames) {
    const input = Float32Array.from({ length: blockFrames }, () => 0.8 * next());
    machine.process(input, heard);
    reference.process(input, expected, blockFrames);
    for (let i = 0; i < blockFrames; i++) {
      const difference = Math.abs(heard[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
      worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    }
  }
  return worst;
}

const leaky = { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] } as const;
const networks: [name: string, network: WaveNetNetwork][] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((channels): [string, WaveNetNetwork][] => [
    [`${channels} channels, Tanh`, oneArray(channels, { type: 'Tanh' })],
    [`${channels} channels, LeakyReLU`, oneArray(channels, leaky)],
  ]),
  ['16/8 channels, Tanh', twoArrays(16, { type: 'Tanh' })],
  ['16/8 channels, ReLU', twoArrays(16, { type: 'ReLU' })],
  ['A2 lite', a2Shape(3)],
  ['A2 full', a2Shape(8)],
];

const compiled = networks.map(([name, network]) => [name, compile(network)] as const);

/** What the real library does not do has no kernels to check. */
const taken = engines.flatMap((engine) =>
  Object.entries(targets).flatMap(([on, target]) =>
    compiled
      .filter(([, program]) => engine.supports(program, target).supported)
      .map(([name, program]) => ({ engine, on, target, name, program })),
  ),
);

test.each(taken)(
  '$engine.id on $on, $name: the kernels that are costed compute the sound',
  {
    timeout: 60_000,
  },
  ({ engine, target, name, program }) => {
    const a2 = name.startsWith('A2');
    const kinds: readonly TanhKind[] = name.endsWith('Tanh') ? ['libm', 'fast'] : ['libm'];
    for (const tanh of kinds) {
      for (const blockFrames of a2 ? [48] : [16, 64]) {
        const frames = a2 ? 144 : 256;
        const off = disagreement(engine, program, target, tanh, blockFrames, frames);
        expect(off, `${tanh} tanh, blocks of ${blockFrames}`).toBeLessThan(1e-5);
      }
    }
  },
);

test('histories side by side, as WebAssembly has them, give the same sound', () => {
  for (const [name, network] of networks.filter(([, { arrays }]) => arrays[0]!.channels > 3)) {
    const off = disagreement(pedalbench, compile(network), wasmTarget, 'libm', 48, 3 * 48);
    expect(off, name).toBeLessThan(1e-5);
  }
});

test('every engine has kernels for some network on some target', () => {
  expect(new Set(taken.map(({ engine }) => engine))).toEqual(new Set(engines));
});
