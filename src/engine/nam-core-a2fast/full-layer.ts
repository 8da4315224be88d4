/**
 * Eight channels: after one product per tap the rest of a layer as passes over the block: bias,
 * rank-1 mixin, select, head sum; then the 1x1 product and its bias.
 */
import type { Address, Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, type TargetCode } from '../common/code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { lanesOf, zip } from '../eigen/registers.ts';
import { a2Code } from './a2-code.ts';

const channels = 8;

const parts = (lanes: Lanes) => Array.from({ length: channels / lanes }, (_, i) => i * lanes);

/** Lanes of a column's loop: eight channels are at most one vector of eight. */
const columnLanes = (target: Target, vectorised = true): Lanes =>
  vectorised ? lanesOf(channels, target) : 1;

/** Slots: stack, block, bias. Four frames a round. */
export const writeBiasPass = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const counts = a2Code(b.target).full;
  const [block, bias] = [b.slot('block'), b.slot('bias')];
  const lanes = columnLanes(b.target, counts.vectorBias);
  const held = lanes > 1 ? parts(lanes).map((c) => b.load(b.at(bias, c), lanes)) : [];
  const pairs = lanes === 4 && b.target.isa === 'aarch64';
  const addPair = (at: (v: number) => Address): void => {
    const old = b.registerList(2);
    b.loadRun(old, at, 4);
    const sums = zip(old, held).map(([x, k]) => b.binary('add', x, k, 4));
    b.storeRun(sums, at, 4);
  };
  const round = (count: number, first: number, trips: number, total: Counts): void =>
    b.loop(trips, (i) =>
      code.body(total, () => {
        for (let f = first; f < first + count; f++) {
          const at = (v: number): Address =>
            b.at(block, f * channels + v * lanes, i.times(count * channels));
          if (pairs) addPair(at);
          else {
            for (const [v, c] of parts(lanes).entries()) {
              const k = held[v] ?? b.load(b.at(bias, c), lanes);
              b.store(b.binary('add', b.load(at(v), lanes), k, lanes), at(v), lanes);
            }
          }
        }
      }),
    );
  const fours = Math.floor(frames / 4);
  round(4, 0, fours, counts.bias);
  round(1, fours * 4, frames - fours * 4, {});
};

/** A pass over all vectors of all frames. */
const overFrames = (
  code: TargetCode,
  frames: number,
  lanes: Lanes,
  total: Counts,
  write: (at: (slot: number) => Address) => void,
): void =>
  code.b.loop(frames, (frame) =>
    code.body(total, () => {
      for (const c of parts(lanes)) write((slot) => code.b.at(slot, c, frame.times(channels)));
    }),
  );

/** Slots: stack, z, mixin, condition. */
export const writeMixin = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const { outer, outerCall } = a2Code(b.target).full;
  const [z, mixin, condition] = [b.slot('z'), b.slot('mixin'), b.slot('condition')];
  const lanes = columnLanes(b.target);
  code.body(outerCall);
  b.loop(frames, (frame) =>
    code.body(outer, () => {
      const x = b.load(b.at(condition, 0, frame.times(1)), 1);
      for (const c of parts(lanes)) {
        const at = b.at(z, c, frame.times(channels));
        const sum = b.load(at, lanes);
        b.multiplyAdd(b.load(b.at(mixin, c), lanes), x, sum, lanes, lanes > 1 ? 0 : undefined);
        b.store(sum, at, lanes);
      }
    }),
  );
};

/** Slots: stack, z. */
export const writeSelect = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const { select, vectorSelect } = a2Code(b.target).full;
  const z = b.slot('z');
  const lanes = columnLanes(b.target, vectorSelect || b.target.fastMath);
  const [zero, slope] = [b.const(0, lanes), b.const(0.01, lanes)];
  overFrames(code, frames, lanes, select, (at) => {
    const x = b.load(at(z), lanes);
    const mask = b.binary('cmplt', x, zero, lanes);
    b.store(b.select(mask, b.binary('mul', x, slope, lanes), x, lanes), at(z), lanes);
  });
};

/** Slots: stack, z, head sum. */
export const writeHeadSum = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const [z, head] = [b.slot('z'), b.slot('head sum')];
  const lanes = columnLanes(b.target);
  overFrames(code, frames, lanes, a2Code(b.target).full.headSum, (at) => {
    const x = b.load(at(z), lanes);
    b.store(b.binary('add', b.load(at(head), lanes), x, lanes), at(head), lanes);
  });
};
