/** How far the numbers behind a verdict can be trusted: what was measured, and how much like it a row is. */
import { audioClusterOf, placementWith } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import { hertz } from '../../units/number-text.ts';
import type { CostedConfidence } from './spread.ts';

/** What a measured case says of: the same core and engine, in memory and at a clock of the same kind. */
export interface MeasuredKind {
  readonly core: string;
  readonly engine: string;
  readonly clockHz: number;
  /** `placementKind` of where its data and code lay. */
  readonly placement: string;
  readonly fastMath: boolean;
  /** A resampler stands around the model. */
  readonly resampled: boolean;
}

export interface Measured {
  readonly kinds: readonly MeasuredKind[];
  /** Whether a profile is one of the package; null: every profile counts as one. */
  readonly shipped: ((device: DeviceProfile) => boolean) | null;
}

export const nothingMeasured: Measured = { kinds: [], shipped: null };

type Placement = Readonly<Record<'weights' | 'history' | 'code', string>>;

/** 'weights tight, history cached, code tight' of regions; 'caches' where one memory lies behind caches. */
export const placementKind = (chip: ChipProfile, placement: Placement | null): string => {
  if (placement === null) return 'caches';
  const kindOf = (name: string): string => {
    const region = chip.memory.regions.find((r) => r.name === name);
    if (region === undefined || region.waitCycles.value === 0) return 'tight';
    return region.cached ? 'cached' : 'uncached';
  };
  const { weights, history, code } = placement;
  return `weights ${kindOf(weights)}, history ${kindOf(history)}, code ${kindOf(code)}`;
};

/** What a case measures, on the chip that it names. */
export const measuredKindOf = (
  c: Pick<MeasuredKind, 'engine'> & { readonly clockHz: number | null; clockAssumed?: boolean },
  chip: ChipProfile,
): MeasuredKind => {
  const { coreId, clockHz } = audioClusterOf(chip);
  return {
    core: coreId,
    engine: c.engine,
    clockHz: (c.clockAssumed ? null : c.clockHz) ?? clockHz.value,
    placement: placementKind(chip, placementWith(chip, c.engine)),
    fastMath: chip.build.fastMath,
    resampled: false,
  };
};

/** Clocks of one kind: waiting for memory, in cycles, is much alike. */
const clockFactor = 1.25;

/** In what a row is unlike a measured case of its core and engine; a sentence for each. */
const differences: readonly ((row: MeasuredKind, m: MeasuredKind) => string | null)[] = [
  (row, m) =>
    row.placement === m.placement
      ? null
      : `Measured was another placement (${m.placement}); here it is ${row.placement}.`,
  (row, m) =>
    Math.max(row.clockHz, m.clockHz) / Math.min(row.clockHz, m.clockHz) <= clockFactor
      ? null
      : `Measured was at ${hertz(m.clockHz)}; here the clock is ${hertz(row.clockHz)}.`,
  (row, m) =>
    row.fastMath === m.fastMath
      ? null
      : `Measured was a build ${m.fastMath ? 'with' : 'without'} -ffast-math; here it is compiled ${row.fastMath ? 'with' : 'without'}.`,
  (row, m) => (row.resampled === m.resampled ? null : 'Measured was without a resampler.'),
];

const notShipped = 'The profile is not one of the package: its figures were not measured with.';

export interface Trust {
  readonly confidence: CostedConfidence;
  /** Why it is no more than that, where a measured case comes near. */
  readonly reasons: readonly string[];
}

/**
 * validated: a case of the kind was measured. fitted: the core was, with another engine, placement, clock or
 * compiler, or the profile is somebody's own. estimated: all numbers come from documents.
 * @param of `shipped`: the profile is of the package, as it is; `hasFitted`: numbers of the core or the device were fitted
 */
export const trustIn = (
  of: { readonly row: MeasuredKind; readonly shipped: boolean; readonly hasFitted: boolean },
  kinds: readonly MeasuredKind[],
): Trust => {
  const { row, shipped, hasFitted } = of;
  const near = kinds.filter((m) => m.core === row.core && m.engine === row.engine);
  if (near.length === 0) return { confidence: hasFitted ? 'fitted' : 'estimated', reasons: [] };
  const unlike = near.map((m) => differences.flatMap((differ) => differ(row, m) ?? []));
  // Never empty: `near` is not.
  const least = unlike.reduce((a, b) => (b.length < a.length ? b : a));
  const reasons = [...least, ...(shipped ? [] : [notShipped])];
  return { confidence: reasons.length === 0 ? 'validated' : 'fitted', reasons };
};
