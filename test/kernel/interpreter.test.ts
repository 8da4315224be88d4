import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Lanes } from '../../src/kernel/instruction.ts';
import type { KernelStep, Lowered, Ring, RingStep, Step } from '../../src/kernel/lowered.ts';
import { createInterpreter } from './interpreter/interpreter.ts';

const target: Lowered['target'] = { isa: 'aarch64', lanes: 4 };
const place = { layer: 'test', kind: 'conv', perBlock: 1 } as const;

/** A block of 4 frames, input buffer 0, output buffer 1, then what the test adds. */
function lowered(
  steps: readonly Step[],
  more: { buffers?: Lowered['buffers']; rings?: readonly Ring[]; frames?: number } = {},
): Lowered {
  const frames = more.frames ?? 4;
  return {
    engine: 'hand-written',
    target,
    blockFrames: frames,
    buffers: [
      { name: 'input', floats: frames, region: 'io' },
      { name: 'output', floats: frames, region: 'io' },
      ...(more.buffers ?? []),
    ],
    rings: more.rings ?? [],
    input: 0,
    output: 1,
    steps,
    codeBytes: 0,
  };
}

function kernel(
  write: (b: KernelBuilder, input: number, output: number) => void,
  slots: KernelStep['slots'] = [
    { buffer: 0, offset: 0 },
    { buffer: 1, offset: 0 },
  ],
): KernelStep {
  const builder = new KernelBuilder();
  const input = builder.slot('input');
  const output = builder.slot('output');
  write(builder, input, output);
  return { ...place, step: 'kernel', template: builder.build('t'), slots };
}

function run(program: Lowered, input: readonly number[]): number[] {
  const output = new Float32Array(program.blockFrames);
  createInterpreter(program).process(Float32Array.from(input), output);
  return [...output];
}

const unaryOn = (
  write: (b: KernelBuilder, x: number, lanes: Lanes) => number,
  input: readonly number[],
): number[] =>
  run(
    lowered([
      kernel((b, i, o) => {
        b.store(write(b, b.load(b.at(i), 4), 4), b.at(o), 4);
      }),
    ]),
    input,
  );

test('a fused multiply-add rounds once, an unfused one twice', () => {
  const a = 1 + 2 ** -12;
  const square = (fused: boolean): number[] =>
    unaryOn((b, x, lanes) => b.fma(x, x, b.const(-1, lanes), lanes, { fused }), [a, a, a, a]);
  expect(square(true)[0]).toBe(2 ** -11 + 2 ** -24);
  expect(square(false)[0]).toBe(2 ** -11);
});

test('a lane of an operand serves all lanes, also when the result replaces it', () => {
  const out = unaryOn(
    (b, x, lanes) => b.fma(x, x, b.const(0, lanes), lanes, { element: 1, into: x }),
    [1, 2, 3, 4],
  );
  expect(out).toEqual([2, 4, 6, 8]);
});

test('comparisons make masks that survive moves, and select by lane', () => {
  const out = unaryOn(
    (b, x, lanes) => {
      const mask = b.unary('mov', b.binary('cmplt', x, b.const(0, lanes), lanes), lanes);
      return b.select(mask, b.binary('mul', x, b.const(0.5, lanes), lanes), x, lanes);
    },
    [-2, 2, -0, -4],
  );
  expect(out).toEqual([-1, 2, -0, -2]);
});

test('a mask and a value make the value where the mask is true', () => {
  const out = unaryOn(
    (b, x, lanes) => {
      const mask = b.binary('cmpgt', x, b.const(0, lanes), lanes);
      return b.bits('and', mask, { register: x }, lanes);
    },
    [-2, 2, -1, 4],
  );
  expect(out).toEqual([0, 2, 0, 4]);
});

test('integer arithmetic on the exponent scales by powers of two', () => {
  const out = unaryOn(
    (b, x, lanes) => {
      const n = b.convert('int', b.unary('round', x, lanes), lanes);
      const biased = b.bits('iadd', n, { immediate: 127 }, lanes);
      return b.bits('shl', biased, { immediate: 23 }, lanes);
    },
    [0, 1.5, 2.5, -3.2],
  );
  expect(out).toEqual([1, 4, 4, 0.125]);
});

test('shuffles take lanes from both operands, in place too', () => {
  const out = unaryOn((b, x, lanes) => b.shuffle(x, x, lanes, [3, 2, 4, 7], x), [1, 2, 3, 4]);
  expect(out).toEqual([4, 3, 1, 4]);
});

test('structure loads separate interleaved channels, and duplicated loads fill all lanes', () => {
  const step = kernel((b, i, o) => {
    const left = b.register();
    const right = b.register();
    b.loadMany([left, right], b.at(i), 2, { form: 'structure' });
    b.store([left, right], b.at(o), 2, { form: 'pair' });
  });
  expect(run(lowered([step]), [1, 2, 3, 4])).toEqual([1, 3, 2, 4]);
  const dup = kernel((b, i, o) => b.store(b.load(b.at(i, 2), 4, { form: 'dup' }), b.at(o), 4));
  expect(run(lowered([dup]), [1, 2, 3, 4])).toEqual([3, 3, 3, 3]);
});

test('loops address by counter and stride, also backwards', () => {
  const step = kernel((b, i, o) =>
    b.loop(4, (f) => b.store(b.load(b.at(i, 3, f.times(-1)), 1), b.at(o, 0, f.times(1)), 1)),
  );
  expect(run(lowered([step]), [1, 2, 3, 4])).toEqual([4, 3, 2, 1]);
});

test('a read out of its buffer names the step, the slot and the address', () => {
  const step = kernel((b, i, o) =>
    b.loop(4, (f) => b.store(b.load(b.at(i, 1, f.times(1)), 1), b.at(o, 0, f.times(1)), 1)),
  );
  expect(() => run(lowered([step]), [1, 2, 3, 4])).toThrow(
    /test: conv \(t\): slot input: expected addresses 0 to 3 of buffer input, got 4/,
  );
});

test('steps that only cost are not executed', () => {
  const step = kernel((b, i, o) => b.store(b.load(b.at(i, 100), 1), b.at(o), 1));
  expect(run(lowered([{ ...step, perBlock: 0.1, costOnly: true }]), [1, 2, 3, 4])).toEqual([
    0, 0, 0, 0,
  ]);
});

test.each([
  ['linear', 'interleaved'],
  ['linear', 'planar'],
  ['mirrored', 'interleaved'],
  ['mirrored', 'planar'],
] as const)('a %s %s ring delays by its lookback for any number of blocks', (kind, layout) => {
  const delay = 7;
  const frames = 4;
  const period = 13;
  const ring: Ring = {
    name: 'history',
    buffer: 2,
    channels: 2,
    layout,
    columns: kind === 'linear' ? 21 : period + frames - 1,
    lookback: delay,
    policy: kind === 'linear' ? { kind, start: delay } : { kind, start: 0, period },
  };
  const spread = kernel(
    (b, i, o) =>
      b.loop(frames, (f) => {
        const x = b.load(b.at(i, 0, f.times(1)), 1);
        const planar = layout === 'planar';
        b.store(x, b.at(o, 0, f.times(planar ? 1 : 2)), 1);
        const doubled = b.binary('add', x, x, 1);
        b.store(doubled, b.at(o, planar ? frames : 1, f.times(planar ? 1 : 2)), 1);
      }),
    [
      { buffer: 0, offset: 0 },
      { buffer: 3, offset: 0 },
    ],
  );
  const second = layout === 'planar' ? ring.columns : 1;
  const take = kernel(
    (b, i, o) =>
      b.loop(frames, (f) =>
        b.store(
          b.load(b.at(i, second, f.times(layout === 'planar' ? 1 : 2)), 1),
          b.at(o, 0, f.times(1)),
          1,
        ),
      ),
    [
      { buffer: 2, offset: 0, ring: { id: 0, delay } },
      { buffer: 1, offset: 0 },
    ],
  );
  const step = (action: RingStep['action']): RingStep => ({
    ...place,
    step: 'ring',
    action,
    ring: 0,
    templates: [],
    ...(action === 'write' ? { src: { buffer: 3, offset: 0 } } : {}),
  });
  const program = lowered(
    [
      ...(kind === 'linear' ? [step('rewind')] : []),
      spread,
      step('write'),
      ...(kind === 'mirrored' ? [step('mirror')] : []),
      take,
      step('advance'),
    ],
    {
      frames,
      rings: [ring],
      buffers: [
        { name: 'history', floats: 2 * ring.columns, region: 'history' },
        { name: 'columns', floats: 2 * frames, region: 'scratch' },
      ],
    },
  );
  const machine = createInterpreter(program);
  for (const pass of [1, 2]) {
    const heard: number[] = [];
    for (let block = 0; block < 20; block++) {
      const input = Float32Array.from({ length: frames }, (_, f) => 1 + block * frames + f);
      const output = new Float32Array(frames);
      machine.process(input, output);
      heard.push(...output);
    }
    const expected = Array.from({ length: 80 }, (_, n) => (n < delay ? 0 : 2 * (n + 1 - delay)));
    expect(heard, `pass ${pass}`).toEqual(expected);
    machine.reset();
  }
});
