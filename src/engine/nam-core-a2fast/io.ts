/** Both ends of A2FastModel: rechannel from double, the scalar head of 16 taps, and back to double. */
import type { Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import { Code, plus } from '../common/code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { zip } from '../eigen/registers.ts';
import { a2Code } from './a2-code.ts';
import data from './compiled-code.json' with { type: 'json' };

/** Slots: stack, audio, weights, condition, signal. */
export const writeInput = (b: TargetBuilder, channels: number, frames: number): void => {
  const code = new Code(b);
  const [audio, weights] = [b.slot('audio'), b.slot('weights')];
  const [condition, signal] = [b.slot('condition'), b.slot('signal')];
  const w = Array.from({ length: channels }, (_, c) => b.load(b.at(weights, c), 1));
  b.loop(frames, (frame) =>
    code.body(data.code.input, () => {
      const x = b.convert('narrow', b.load(b.at(audio, 0, frame.times(1)), 1, { wide: true }), 1);
      b.store(x, b.at(condition, 0, frame.times(1)), 1);
      for (const [c, weight] of w.entries()) {
        b.store(b.binary('mul', weight, x, 1), b.at(signal, c, frame.times(channels)), 1);
      }
    }),
  );
};

export type HeadShape = Readonly<Record<'channels' | 'taps' | 'frames' | 'bias' | 'scale', number>>;

/** Slots: stack, weights [tap][channel], history, result. One masked column per tap. */
export const writeHead = (b: TargetBuilder, shape: HeadShape): void => {
  const code = new Code(b);
  const { channels, taps, frames, bias, scale } = shape;
  const { headFrame, headTap } = a2Code(b.target);
  const [weights, history, result] = [b.slot('weights'), b.slot('history'), b.slot('result')];
  // Pairs of channels are one load.
  const loads = b.target.isa === 'aarch64' ? Math.ceil(channels / 2) * 2 : channels * 2;
  const tapCode = plus({ load_fp32: loads, scalar_fma: channels }, headTap);
  const read = (slot: number, ...terms: Term[]): Register[] => {
    const registers = b.registerList(channels);
    b.loadRun(registers, (c) => b.at(slot, c, ...terms), 1);
    return registers;
  };
  b.loop(frames, (frame) => {
    const sum = b.const(bias, 1);
    code.body(headFrame);
    b.loop(taps, (tap) =>
      code.body(tapCode, () => {
        const w = read(weights, tap.times(channels));
        const x = read(history, tap.times(channels), frame.times(channels));
        for (const [weight, value] of zip(w, x)) b.multiplyAdd(weight, value, sum, 1);
      }),
    );
    b.store(b.binary('mul', sum, b.const(scale, 1), 1), b.at(result, 0, frame.times(1)), 1);
  });
};

/** Slots: stack, head, audio. */
export const writeOutput = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const [head, audio] = [b.slot('head'), b.slot('audio')];
  b.loop(frames, (frame) =>
    code.body(data.code.output, () => {
      const x = b.convert('widen', b.load(b.at(head, 0, frame.times(1)), 1), 1);
      b.store(x, b.at(audio, 0, frame.times(1)), 1, { wide: true });
    }),
  );
};
