/** Which of a profile's uncertain figures a measurement would settle first: each is moved alone, and the load worked out anew. */
import type { DeviceProfile } from '../../device/profile.ts';
import { withSettings } from '../../device/set-figures.ts';
import { figuresBelow } from '../../units/figure.ts';
import { exp, ln } from '../../units/normal.ts';
import type { PredictRow } from '../predict/row.ts';
import type { CostedConfidence, SpreadFigures } from '../predict/spread.ts';

/** One thing that is open, and the loads at its two ends. */
export interface Settles {
  /** A path as `--set` takes it, or words. */
  readonly what: string;
  /** What the figure may be, in its own unit; null where it is no single figure. */
  readonly between: readonly [number, number] | null;
  /** Lower first. */
  readonly loads: readonly [number, number];
}

export interface WhatToMeasure {
  /** 'a2 full, neural-audio, blocks of 128' */
  readonly subject: string;
  readonly load: number;
  /** What moves the load most stands first. */
  readonly settles: readonly Settles[];
}

const ordered = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a]);

/**
 * @param row of this device, with a load
 * @param loadOn the load of the same combination on a changed profile
 * @param figures what predictions of each confidence have been off by
 */
export const whatToMeasure = (
  device: DeviceProfile,
  row: PredictRow,
  loadOn: (changed: DeviceProfile) => number,
  figures: SpreadFigures,
): WhatToMeasure | null => {
  const { load, cyclesPerSample } = row;
  if (load === null || cyclesPerSample === null || row.confidence === 'evidence') return null;
  const around = (below: number, above: number): readonly [number, number] => [
    load.expected * exp(-below),
    load.expected * exp(above),
  ];
  const single = figuresBelow(device.chip).flatMap(({ path, figure }): Settles[] => {
    const { value, low = value, high = value } = figure;
    if (typeof low !== 'number' || typeof high !== 'number' || low >= high) return [];
    const at = (end: number): number => loadOn(withSettings(device, [{ path, value: end }]));
    return [{ what: path, between: [low, high], loads: ordered(at(low), at(high)) }];
  });
  const residual = figures.residuals[row.confidence satisfies CostedConfidence].value;
  const { best, expected, worst } = cyclesPerSample;
  const share = figures.cornerShare.value;
  const settles: readonly Settles[] = [
    ...single,
    {
      what: `all figures of the core ${row.core} together`,
      between: null,
      loads: around(share * ln(expected / best), share * ln(worst / expected)),
    },
    {
      what: 'what no figure says: time a model, then calibrate',
      between: null,
      loads: around(residual, residual),
    },
  ];
  const moved = ({ loads }: Settles): number => ln(loads[1] / loads[0]);
  return {
    subject: `${row.model} ${row.width.label}, ${row.engine}, blocks of ${row.blockFrames}`,
    load: load.expected,
    settles: settles
      .filter((one) => moved(one) >= leastMove)
      .sort((a, b) => moved(b) - moved(a))
      .slice(0, mostSettles),
  };
};

/** Below a hundredth of the load a figure settles nothing. */
const leastMove = 0.01;
const mostSettles = 8;
