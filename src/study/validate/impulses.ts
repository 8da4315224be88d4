/** Impulse responses on a quiet virtual pedal beside what was measured: the mean, and the blocks of bursts. */
import * as z from 'zod';
import { convolverIds } from '../../engine/engine.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunResult } from '../simulate/run-result.ts';

/** What the project promises, in percent of what was measured. */
const bars = { mean: 25, p99: 35 };

const schema = z.looseObject({
  rows: z.array(
    z.looseObject({
      device: z.string(),
      taps: z.int().positive(),
      convolver: z.enum(convolverIds),
      measuredCorePercent: z.number().positive(),
      measuredP99Percent: z.number().positive().optional(),
      source: z.string(),
    }),
  ),
});

/** Loads are percent of one core at its clock. */
export interface CheckedImpulse {
  readonly device: string;
  readonly taps: number;
  readonly convolver: string;
  readonly measured: number;
  readonly predicted: number;
  readonly errorPercent: number;
  /** Of the 99th percentile of blocks; null where nobody has published it. */
  readonly measuredP99: number | null;
  readonly predictedP99: number;
  readonly p99ErrorPercent: number | null;
  readonly source: string;
  readonly holds: boolean;
}

const blockFrames = 64;
const sampleRateHz = 48_000;

/** @param play a run of a scenario that names a device of the package */
export const checkImpulses = (
  document: unknown,
  play: (scenario: Scenario) => RunResult | undefined,
): readonly CheckedImpulse[] =>
  schema.parse(document).rows.flatMap((row) => {
    const { device, taps, convolver, measuredCorePercent: measured, source } = row;
    const run = play({
      ...{ device, blockFrames, sampleRateHz, durationSeconds: 1, disturbances: false },
      slots: [{ ir: { taps, convolver } }],
    });
    const cycles = run?.slots[0]?.cyclesPerSample;
    if (run === undefined || cycles === undefined) return [];
    const predicted = (100 * cycles * sampleRateHz) / run.clockHz;
    const predictedP99 = (predicted * run.load.p99) / run.load.mean;
    const measuredP99 = row.measuredP99Percent ?? null;
    const errorPercent = 100 * (predicted / measured - 1);
    const p99ErrorPercent = measuredP99 === null ? null : 100 * (predictedP99 / measuredP99 - 1);
    const holds = Math.abs(errorPercent) <= bars.mean && Math.abs(p99ErrorPercent ?? 0) <= bars.p99;
    const judged = { measured, predicted, errorPercent, measuredP99, predictedP99 };
    return [{ device, taps, convolver, ...judged, p99ErrorPercent, source, holds }];
  });
