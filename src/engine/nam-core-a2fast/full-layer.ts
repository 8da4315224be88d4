/**
 * Eight channels: after one product per tap the rest of a layer as passes over the block: bias,
 * rank-1 mixin, select, head sum; then the 1x1 product and its bias.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code } from '../common/code.ts';
import { multiplyAdd } from '../eigen/registers.ts';
import { a2Code } from './body-code.ts';

const channels = 8;

const parts = (lanes: Lanes): number[] =>
  Array.from({ length: channels / lanes }, (_, i) => i * lanes);

/** Lanes of a column's loop: eight channels are at most one vector of eight. */
const columnLanes = (target: Target, vectorised: boolean): Lanes =>
  vectorised ? (Math.min(target.lanes, channels) as Lanes) : 1;

/** Slots: stack, block, bias. Four frames a round. */
export const writeBiasPass = (b: KernelBuilder, target: Target, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(target).full;
  const block = b.slot('block');
  const bias = b.slot('bias');
  const lanes = columnLanes(target, own.biasLanes === 'vector');
  const held = lanes > 1 ? parts(lanes).map((c) => b.load(b.at(bias, c), lanes)) : [];
  const pairs = lanes === 4 && target.isa === 'aarch64';
  const round = (count: number, first: number, trips: number): void => {
    b.loop(trips, (i) => {
      code.body(count === 4 ? own.bias : {}, () => {
        for (let f = 0; f < count; f++) {
          const at = (c: number) =>
            b.at(block, (first + f) * channels + c, i.times(count * channels));
          if (pairs) {
            const [x, y] = [b.register(), b.register()];
            b.loadMany([x, y], at(0), 4, { form: 'pair' });
            const sums = [x, y].map((r, v) => b.binary('add', r, held[v] as Register, 4));
            b.store(sums, at(0), 4, { form: 'pair' });
            continue;
          }
          parts(lanes).forEach((c, v) => {
            const k = held[v] ?? b.load(b.at(bias, c), lanes);
            b.store(b.binary('add', b.load(at(c), lanes), k, lanes), at(c), lanes);
          });
        }
      });
    });
  };
  const fours = Math.floor(frames / 4);
  round(4, 0, fours);
  round(1, fours * 4, frames - fours * 4);
};

/** Slots: stack, z, mixin, condition. */
export const writeMixin = (b: KernelBuilder, target: Target, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(target).full;
  const z = b.slot('z');
  const mixin = b.slot('mixin');
  const condition = b.slot('condition');
  const lanes = columnLanes(target, true);
  code.body(own.outerCall);
  b.loop(frames, (frame) => {
    code.body(own.outer, () => {
      const x = b.load(b.at(condition, 0, frame.times(1)), 1);
      for (const c of parts(lanes)) {
        const at = b.at(z, c, frame.times(channels));
        const sum = b.load(at, lanes);
        const w = b.load(b.at(mixin, c), lanes);
        multiplyAdd(b, target, w, x, sum, lanes, lanes > 1 ? 0 : undefined);
        b.store(sum, at, lanes);
      }
    });
  });
};

/** Slots: stack, z. */
export const writeSelect = (b: KernelBuilder, target: Target, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(target).full;
  const z = b.slot('z');
  const lanes = columnLanes(target, own.selectLanes === 'vector' || target.fastMath);
  const zero = b.const(0, lanes);
  const slope = b.const(0.01, lanes);
  b.loop(frames, (frame) => {
    code.body(own.select, () => {
      for (const c of parts(lanes)) {
        const at = b.at(z, c, frame.times(channels));
        const x = b.load(at, lanes);
        const mask = b.binary('cmplt', x, zero, lanes);
        b.store(b.select(mask, b.binary('mul', x, slope, lanes), x, lanes), at, lanes);
      }
    });
  });
};

/** Slots: stack, z, head sum. */
export const writeHeadSum = (b: KernelBuilder, target: Target, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(target).full;
  const z = b.slot('z');
  const head = b.slot('head sum');
  const lanes = columnLanes(target, true);
  b.loop(frames, (frame) => {
    code.body(own.headSum, () => {
      for (const c of parts(lanes)) {
        const at = b.at(head, c, frame.times(channels));
        const x = b.load(b.at(z, c, frame.times(channels)), lanes);
        b.store(b.binary('add', b.load(at, lanes), x, lanes), at, lanes);
      }
    });
  });
};
