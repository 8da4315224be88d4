/**
 * Three channels: tap by tap over the whole block, z in memory; tap 0 seeds it with the bias. The
 * last tap belongs to the tail.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code } from '../common/code.ts';
import { a2Code } from './body-code.ts';
import { addProducts, channels, frameLoad, frameStore, holdAll } from './lite-frames.ts';

/** Slots: stack, weights [in][out] and bias of one tap, history, z. */
export const writeTap = (
  b: KernelBuilder,
  target: Target,
  frames: number,
  first: boolean,
): void => {
  const code = new Code(b);
  const own = a2Code(target).lite;
  const weights = b.slot('weights');
  const bias = b.slot('bias');
  const history = b.slot('history');
  const z = b.slot('z');
  const lanes: Lanes = own.vectorised ? target.lanes : 1;
  const vectors = Math.floor(frames / lanes);
  const sweep = (width: Lanes, begin: number, trips: number, setup: boolean): void => {
    if (trips === 0) return;
    const w = b.registerList(channels * channels);
    const seed = b.registerList(channels);
    const load = (): void => {
      holdAll(b, target, weights, w, width);
      if (first) holdAll(b, target, bias, seed, width);
    };
    const total = first ? own.firstTapSetup : own.tapSetup;
    if (setup) code.body(width < lanes ? own.shortTapSetup : total, load);
    else load();
    b.loop(trips, (i) => {
      code.body(width > 1 || !own.vectorised ? (first ? own.firstTap : own.tap) : {}, () => {
        const x = frameLoad(b, history, begin, i, width);
        const sums = first
          ? seed.map((r) => (own.reassociated && width > 1 ? r : b.unary('mov', r, width)))
          : frameLoad(b, z, begin, i, width);
        const after = addProducts(b, target, w, x, sums, width, own.reassociated && width > 1);
        frameStore(b, z, begin, i, width, after);
      });
    });
  };
  sweep(lanes, 0, vectors, true);
  sweep(1, vectors * lanes, frames - vectors * lanes, vectors === 0);
};
