/** How much work the cost of a block may take, and the cost of longer ones of a recurrent network. */
import type { BlockCost } from '../../machine/cost.ts';
import { macsPerSample } from '../../nam/measure.ts';
import type { Network } from '../../nam/network.ts';
import { meanCost } from './resampling.ts';
import { StudyError } from './study-error.ts';

/**
 * Multiply-accumulates of a block that one step works through, some seconds on a slow host. A recurrent layer comes
 * back to all its weights in every frame; the others take frames by the tile.
 */
const mostProducts = { lstm: 40_000_000, wavenet: 4e8, convnet: 4e8, linear: 4e8 } as const;

/** Of the longer of the two blocks from which a longer one follows. */
const followedProducts = 10_000_000;

/** Whoever walks every frame of it refuses what `predict` answers. */
const followsAlone =
  ' Of one such model at its own rate predict answers longer blocks, too, by what each frame adds to a shorter one.';

/** @throws StudyError before the work begins, where it would take too long. */
export const checkProducts = (network: Network, frames: number): void => {
  const most = mostProducts[network.kind];
  const each = macsPerSample(network);
  if (each * frames <= most) return;
  const fault = `block: expected at most ${most} multiply-accumulates a block, got ${each * frames} (${each} a sample in ${frames} frames). ${each > most ? 'Take' : `Take blocks of at most ${Math.floor(most / each)} frames, or`} a narrower model.${followedFrom(network, frames) === null ? '' : followsAlone}`;
  throw new StudyError('bad-block', fault);
};

/**
 * Two lengths of block from which the cost of one of `frames` follows, the longer first; null where that is looked at
 * by itself. Every frame of a recurrent network comes back to the same lines, so each costs the same.
 */
export const followedFrom = (network: Network, frames: number): [number, number] | null => {
  const each = macsPerSample(network);
  const long = Math.floor(followedProducts / each);
  const isLong = network.kind === 'lstm' && each * frames > mostProducts.lstm;
  return isLong && long >= 2 ? [long, Math.floor(long / 2)] : null;
};

/** What a block of `blockFrames` costs, by what each frame adds from the short to the long one. */
export const longerBlock = (long: BlockCost, short: BlockCost, blockFrames: number): BlockCost => {
  const further = (blockFrames - long.blockFrames) / (long.blockFrames - short.blockFrames);
  const from = (cost: BlockCost, share: number) => ({ cost, share });
  const mean = meanCost([from(long, 1 + further), from(short, -further)], long.placement);
  const worst = long.total.worst * (1 + further) - short.total.worst * further;
  const { warm, summary, placement } = mean;
  return {
    ...{ blockFrames, warm, summary, placement, bytes: long.bytes },
    total: { ...mean.total, worst },
    get steps() {
      return mean.steps;
    },
  };
};
