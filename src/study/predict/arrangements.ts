/** Other ways to run what does not fit: two cores, another engine, a longer block. Costed at expected values only. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { type CostedPoint, costPoint, type Point } from '../cost/cost-point.ts';
import { layersOf } from '../cost/split.ts';
import { timeBudgetOf } from '../cost/time-budget.ts';
import type { PredictRow, Verdict } from './row.ts';
import { verdictOf } from './verdict.ts';

interface Arrangement {
  readonly change: Partial<Point>;
  readonly words: (load: string) => string;
}

/** The cut that leaves the busier of two cores the least to do, by the cycles of the layers on one core. */
const bestCut = ({ lowered, cost }: CostedPoint): number | null => {
  const each = layersOf(lowered).map((name) => cost.summary.layers[name] ?? 0);
  if (each.length < 2) return null;
  const sum = (layers: readonly number[]): number => layers.reduce((all, one) => all + one, 0);
  const all = sum(each);
  const busier = (cut: number): number => {
    const front = sum(each.slice(0, cut));
    return Math.max(front, all - front);
  };
  const cuts = each.slice(1).map((_, i) => i + 1);
  return cuts.reduce((best, cut) => (busier(cut) < busier(best) ? cut : best));
};

const overTwoCores = (point: Point, costed: CostedPoint): Arrangement[] => {
  if (audioClusterOf(point.chip).audioCores.value < 2 || costed.cores > 1) return [];
  if ((point.copies ?? 1) > 1) {
    const words = (load: string): string => `${load} with the copies on two cores (--parallel)`;
    return [{ change: { parallel: true }, words }];
  }
  const cut = bestCut(costed);
  const words = (load: string): string => `${load} over two cores (--split ${cut})`;
  return cut === null ? [] : [{ change: { splitAfterLayers: cut }, words }];
};

/** Of real libraries: ours is no firmware that anyone could install. */
const otherEngines = ({ engines }: Point, { engine: now }: CostedPoint): Arrangement[] =>
  engines
    .filter(({ id }) => id !== now.id && id !== 'pedalbench')
    .map(({ id }) => ({
      change: { engine: id },
      words: (load) => `another engine: ${id}, ${load} (--engine ${id})`,
    }));

const longerBlock = ({ chip, blockFrames }: Point): Arrangement[] => {
  const longer = chip.audio.allowedBlockFrames.value.filter((frames) => frames > blockFrames);
  if (longer.length === 0) return [];
  const frames = Math.min(...longer);
  const words = (load: string): string => `blocks of ${frames}: ${load} (--block ${frames})`;
  return [{ change: { blockFrames: frames }, words }];
};

/** Better than the verdict that it is compared with. */
const rank: Readonly<Partial<Record<Verdict, number>>> = { fits: 0, tight: 1, over: 2 };

const loadOf = (cache: CostCache, point: Point, sampleRateHz: number): number | null => {
  const costed = costPoint(cache, { ...point, corners: 'expected' });
  // An engine that does not take the network hands it to another.
  const isOther = costed.engine !== null && ![costed.engine.id, 'auto'].includes(point.engine);
  if (costed.engine === null || isOther || !costed.room.fits) return null;
  const { cyclesPerBlock } = timeBudgetOf(point.chip, point.blockFrames, sampleRateHz);
  return costed.cost.total.expected / cyclesPerBlock.expected;
};

/** Those that would do better than a row that is over or tight in a sentence, the shortest load first; null where none would. */
export const arrangementFor = (
  cache: CostCache,
  point: Point,
  costed: CostedPoint,
  { verdict, sampleRateHz, margin }: PredictRow,
): string | null => {
  if ((verdict !== 'over' && verdict !== 'tight') || margin === null) return null;
  const tried = [
    ...overTwoCores(point, costed),
    ...otherEngines(point, costed),
    ...longerBlock(point),
  ].flatMap(({ change, words }) => {
    const load = loadOf(cache, { ...point, ...change }, sampleRateHz);
    const reached = verdictOf({ load, margin, memoryFits: load !== null });
    const isBetter = (rank[reached] ?? Infinity) < (rank[verdict] ?? 0);
    return load !== null && isBetter ? [{ load, words }] : [];
  });
  tried.sort((a, b) => a.load - b.load);
  const texts = tried.map(({ load, words }) => words(`${Math.round(100 * load)} %`));
  const now = costed.cores > 1 ? 'so' : 'on one core';
  return texts.length === 0 ? null : `${verdict} ${now}; ${texts.join('; ')}.`;
};
