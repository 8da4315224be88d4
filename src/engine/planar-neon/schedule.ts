/**
 * What GCC 12.2 -O3 (on Apple's cores Clang) makes of the planar kernels for each group of cores: the
 * same source, other schedules, other spills. Read from the output for -mcpu of each group.
 */
import type { Target } from '../../kernel/lowered.ts';
import { type TuneGroup, tuneGroupOf } from '../common/tune-group.ts';
import type { Spill } from './compiled.ts';

/** Which template instance of a layer: the first stores the head sum, the last skips its 1x1. */
export type Instance = 'middle6' | 'middle15' | 'first6' | 'last6';

export interface LiteSchedule {
  /** The 32-frame tile: on entry (beside seeding the accumulators), per tap, after the taps. */
  readonly entry: Spill;
  readonly tap: Readonly<Record<Instance, Spill>>;
  readonly post: Readonly<Record<Instance, Spill>>;
  /** The loop of 4 frames: address code and spills. */
  readonly four: {
    readonly int: number;
    readonly loadInt: number;
    readonly fpMove: number;
    readonly spill: Spill;
  };
  /** Address code of a tap of the tile. */
  readonly tapInt: number;
  /** Inputs of neighbouring vectors are loaded in pairs. */
  readonly pairs: boolean;
  /** Address code of a layer call, without its loops. */
  readonly call: { readonly int: number; readonly loadInt: number; readonly storeInt: number };
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

const spill = (stores: number, loads: number, moves: number): Spill => ({ stores, loads, moves });

const inOrder: Schedule = {
  lite: {
    entry: spill(0, 0, 0),
    tap: {
      middle6: spill(2, 2, 4),
      middle15: spill(1, 2, 6),
      first6: spill(2, 2, 4),
      last6: spill(2, 2, 4),
    },
    post: {
      middle6: spill(4, 22, 19),
      middle15: spill(5, 14, 22),
      first6: spill(3, 25, 15),
      last6: spill(2, 9, 9),
    },
    four: { int: 13, loadInt: 2, fpMove: 1, spill: spill(0, 3, 0) },
    tapInt: 11,
    pairs: false,
    call: { int: 58, loadInt: 21, storeInt: 18 },
  },
  full: {
    tapInt: 5,
    contracts: true,
    entry: spill(14, 0, 0),
    tap: { 6: spill(14, 14, 0), 15: spill(28, 25, 16) },
    post: spill(0, 8, 5),
    tapOfFour: spill(0, 4, 1),
    postOfFour: spill(0, 0, 13),
  },
};

const a72: Schedule = {
  lite: {
    entry: spill(1, 0, 0),
    tap: {
      middle6: spill(6, 8, 4),
      middle15: spill(4, 3, 3),
      first6: spill(6, 8, 4),
      last6: spill(3, 4, 4),
    },
    post: {
      middle6: spill(3, 27, 34),
      middle15: spill(5, 25, 41),
      first6: spill(4, 28, 19),
      last6: spill(1, 20, 30),
    },
    four: { int: 4, loadInt: 4, fpMove: 0, spill: spill(0, 0, 1) },
    tapInt: 11,
    pairs: false,
    call: { int: 75, loadInt: 22, storeInt: 22 },
  },
  full: {
    tapInt: 5,
    contracts: true,
    entry: spill(21, 0, 0),
    tap: { 6: spill(46, 39, 9), 15: spill(47, 40, 9) },
    post: spill(0, 17, 15),
    tapOfFour: spill(0, 8, 3),
    postOfFour: spill(0, 1, 10),
  },
};

const a76: Schedule = {
  lite: {
    entry: spill(2, 0, 0),
    tap: {
      middle6: spill(8, 10, 2),
      middle15: spill(9, 10, 2),
      first6: spill(8, 10, 2),
      last6: spill(11, 13, 4),
    },
    post: {
      middle6: spill(2, 24, 38),
      middle15: spill(2, 22, 17),
      first6: spill(4, 27, 25),
      last6: spill(0, 1, 18),
    },
    four: { int: 4, loadInt: 4, fpMove: 0, spill: spill(0, 0, 1) },
    tapInt: 11,
    pairs: false,
    call: { int: 75, loadInt: 22, storeInt: 22 },
  },
  full: {
    tapInt: 5,
    contracts: true,
    entry: spill(19, 0, 0),
    tap: { 6: spill(47, 44, 42), 15: spill(47, 44, 42) },
    post: spill(0, 14, 17),
    tapOfFour: spill(0, 8, 3),
    postOfFour: spill(0, 1, 10),
  },
};

/** Clang -mcpu=apple-m1 (14, as close to Apple's as there is for Linux): next to no spills. */
const clang: Schedule = {
  lite: {
    entry: spill(0, 0, 0),
    tap: {
      middle6: spill(0, 0, 0),
      middle15: spill(0, 0, 0),
      first6: spill(0, 0, 0),
      last6: spill(0, 0, 0),
    },
    post: {
      middle6: spill(0, 0, 12),
      middle15: spill(0, 0, 12),
      first6: spill(0, 0, 15),
      last6: spill(0, 0, 1),
    },
    four: { int: 17, loadInt: 2, fpMove: 0, spill: spill(0, 0, 1) },
    tapInt: 7,
    pairs: true,
    call: { int: 70, loadInt: 22, storeInt: 20 },
  },
  full: {
    tapInt: 13,
    contracts: false,
    entry: spill(2, 0, 0),
    tap: { 6: spill(2, 2, 0), 15: spill(2, 2, 0) },
    post: spill(0, 0, 2),
    tapOfFour: spill(0, 0, 0),
    postOfFour: spill(0, 0, 0),
  },
};

const schedules: Partial<Record<TuneGroup, Schedule>> = {
  'in-order': inOrder,
  'cortex-a72': a72,
  apple: clang,
};

/** The schedule that -mcpu selects; out-of-order cores not named take the A76's. */
export const scheduleFor = (target: Target): Schedule => schedules[tuneGroupOf(target)] ?? a76;
