/** Both ends of A2FastModel: rechannel from double, the scalar head of 16 taps, and back to double. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, counts } from '../common/code.ts';
import { multiplyAdd } from '../eigen/registers.ts';
import { a2Code } from './body-code.ts';

/** Slots: stack, audio, weights, condition, signal. */
export const writeInput = (
  b: KernelBuilder,
  _target: Target,
  channels: number,
  frames: number,
): void => {
  const code = new Code(b);
  const audio = b.slot('audio');
  const weights = b.slot('weights');
  const condition = b.slot('condition');
  const signal = b.slot('signal');
  const w = Array.from({ length: channels }, (_, c) => b.load(b.at(weights, c), 1));
  b.loop(frames, (frame) => {
    code.body(counts('int 3 branch 1'), () => {
      const x = b.convert('narrow', b.load(b.at(audio, 0, frame.times(1)), 1, { wide: true }), 1);
      b.store(x, b.at(condition, 0, frame.times(1)), 1);
      w.forEach((weight, c) => {
        b.store(b.binary('mul', weight, x, 1), b.at(signal, c, frame.times(channels)), 1);
      });
    });
  });
};

/** Slots: stack, weights [tap][channel], history, result. One masked column per tap. */
export const writeHead = (
  b: KernelBuilder,
  target: Target,
  channels: number,
  taps: number,
  frames: number,
  bias: number,
  scale: number,
): void => {
  const code = new Code(b);
  const own = a2Code(target);
  const weights = b.slot('weights');
  const history = b.slot('history');
  const result = b.slot('result');
  const paired = target.isa === 'aarch64';
  const loads = paired ? Math.ceil(channels / 2) * 2 : channels * 2;
  const tapCode = counts(
    `load_fp32 ${loads} scalar_fma ${channels} int ${own.headTapInt} branch ${own.headUnrolled ? 0 : 1}`,
  );
  b.loop(frames, (frame) => {
    const sum = b.const(bias, 1);
    code.body(own.headFrame);
    b.loop(taps, (tap) => {
      code.body(tapCode, () => {
        const read = (slot: number, ...terms: ReturnType<typeof tap.times>[]): number[] => {
          const registers = b.registerList(channels);
          for (let c = 0; c < channels; c += paired ? 2 : 1) {
            const run = registers.slice(c, c + (paired ? 2 : 1));
            b.loadMany(run, b.at(slot, c, ...terms), 1, {
              form: run.length > 1 ? 'pair' : 'plain',
            });
          }
          return registers;
        };
        const w = read(weights, tap.times(channels));
        const x = read(history, tap.times(channels), frame.times(channels));
        w.forEach((weight, c) => {
          multiplyAdd(b, target, weight, x[c] ?? weight, sum, 1);
        });
      });
    });
    b.store(b.binary('mul', sum, b.const(scale, 1), 1), b.at(result, 0, frame.times(1)), 1);
  });
};

/** Slots: stack, head, audio. */
export const writeOutput = (b: KernelBuilder, _target: Target, frames: number): void => {
  const code = new Code(b);
  const head = b.slot('head');
  const audio = b.slot('audio');
  b.loop(frames, (frame) => {
    code.body(counts('int 1 branch 1'), () => {
      const x = b.convert('widen', b.load(b.at(head, 0, frame.times(1)), 1), 1);
      b.store(x, b.at(audio, 0, frame.times(1)), 1, { wide: true });
    });
  });
};
