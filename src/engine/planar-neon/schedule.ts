/** What compilers make of the planar kernels for each group of cores: one source, other schedules and spills. */
import type { Target } from '../../kernel/lowered.ts';
import type { FormOf } from '../common/compiled-code.ts';
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

/** What each part is stands in the data's notes. */
export type Schedule = FormOf<(typeof data.code.aarch64)['in-order']>;

const aarch64: Readonly<Partial<Record<TuneGroup, Schedule>>> = data.code.aarch64;

/** The schedule that -mcpu selects; out-of-order cores not named take the A76's. */
export const scheduleFor = (target: Target): Schedule =>
  aarch64[tuneGroupOf(target)] ?? data.code.aarch64['cortex-a76'];

/** A layer on ARMv7. */
export type Armv7Schedule = FormOf<(typeof data.code)['armv7-neon'][8]>;

export const armv7Schedules: Readonly<Record<3 | 8, Armv7Schedule>> = data.code['armv7-neon'];
