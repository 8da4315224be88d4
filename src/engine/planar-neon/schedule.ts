/** What compilers make of the planar kernels for each group of cores: one source, other schedules and spills. */
import type { Target } from '../../kernel/lowered.ts';
import type { Counts } from '../common/code.ts';
import type { Spill } from '../common/stack-frame.ts';
import type { StackLayerShape } from '../common/stack-layer.ts';
import { type TuneGroup, tuneGroupOf } from '../common/tune-group.ts';
import data from './compiled-code.json' with { type: 'json' };

/** Which template instance of a layer: the first stores the head sum, the last skips its 1x1. */
export type Instance = 'middle6' | 'middle15' | 'first6' | 'last6';

export const instanceOf = ({ first, last, kernelSize }: StackLayerShape): Instance => {
  if (first) return 'first6';
  if (last) return 'last6';
  return kernelSize === 6 ? 'middle6' : 'middle15';
};

export interface LiteSchedule {
  /** The 32-frame tile: on entry (beside seeding the accumulators), per tap, after the taps. */
  readonly entry: Spill;
  readonly tap: Readonly<Record<Instance, Spill>>;
  readonly post: Readonly<Record<Instance, Spill>>;
  /** The loop of 4 frames. */
  readonly four: Counts;
  readonly postOfFour: Spill;
  /** Address code of a tap of the tile. */
  readonly tapInt: number;
  /** Inputs of neighbouring vectors are loaded in pairs. */
  readonly pairs: boolean;
  /** A layer call without its loops. */
  readonly call: Counts;
}

export interface FullSchedule {
  /** Address code of a tap of the tile. */
  readonly tapInt: number;
  /** The mixin's product and sum are contracted to one instruction. */
  readonly contracts: boolean;
  readonly entry: Spill;
  readonly tap: Readonly<Record<6 | 15, Spill>>;
  readonly post: Spill;
  readonly tapOfFour: Spill;
  readonly postOfFour: Spill;
}

export interface Schedule {
  readonly lite: LiteSchedule;
  readonly full: FullSchedule;
}

const aarch64: Readonly<Partial<Record<TuneGroup, Schedule>>> = data.code.aarch64;

/** The schedule that -mcpu selects; out-of-order cores not named take the A76's. */
export const scheduleFor = (target: Target): Schedule =>
  aarch64[tuneGroupOf(target)] ?? data.code.aarch64['cortex-a76'];

/** A layer on ARMv7. Halves of vectors are spilled (vldr, vstr d), as [stores, loads], and whole ones. */
export interface Armv7Schedule {
  readonly call: Counts;
  readonly entry: Counts;
  readonly tap: Counts;
  readonly tapHalves: Spill;
  readonly tapSpill: Spill;
  readonly post: Counts;
  readonly postHalves: Spill;
  /** Per output of the 1x1. */
  readonly output: Counts;
  readonly outputHalves: Spill;
}

export const armv7Schedules: Readonly<Record<3 | 8, Armv7Schedule>> = data.code['armv7-neon'];
