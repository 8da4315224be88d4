/**
 * Fits the few free numbers of a device to somebody's measurements: the clock that really runs, the
 * host's time per block, and the memory's latency within its published interval. Nothing else moves: an
 * error that remains is one of the model, and is shown. Pure.
 */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Network } from '../../nam/network.ts';
import type { Figure } from '../../units/figure.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { costPoint } from '../cost/cost-point.ts';
import { StudyError } from '../cost/study-error.ts';
import { type ErrorSummary, summarize } from '../validate/error-summary.ts';

export interface CalibrationPoint {
  readonly id: string;
  readonly network: Network;
  readonly engine: string;
  readonly blockFrames: number;
  readonly tanh?: TanhKind | undefined;
  /** Seconds show the clock that really ran; cycles do not. */
  readonly measured: { readonly secondsPerSample: number } | { readonly cyclesPerSample: number };
}

export interface CalibrateRequest {
  readonly device: DeviceProfile;
  readonly points: readonly CalibrationPoint[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly engines: readonly Engine[];
  /** Figures of a datasheet that may move, too. @default none */
  readonly fit?: readonly 'clock'[] | undefined;
  /** Names the measurements in the new profile: a file's name, a link. */
  readonly source: string;
}

export interface CalibratedPoint {
  readonly id: string;
  readonly unit: 'cyclesPerSample' | 'nanosecondsPerSample';
  readonly measured: number;
  readonly before: number;
  readonly after: number;
  /** Predicted by a fit to all other points; null where there are none. */
  readonly leaveOneOut: number | null;
}

export interface FittedNumber {
  /** In the profile: 'chip.host.secondsPerBlock'. */
  readonly path: string;
  readonly before: number;
  readonly after: number;
}

/** What a fit changed and how well it agrees. */
export interface FitSummary {
  readonly fitted: readonly FittedNumber[];
  readonly points: readonly CalibratedPoint[];
  readonly before: ErrorSummary;
  readonly after: ErrorSummary;
  readonly leaveOneOut: ErrorSummary | null;
  /** Every measurement comes within `acceptedPercent`; a profile that does not is not worth keeping. */
  readonly accepted: boolean;
}

export interface CalibrateResult extends FitSummary {
  readonly profile: DeviceProfile;
}

export const acceptedPercent = 25;

/** The free numbers, all of them. */
interface Fit {
  /** Stated clock / running clock: above 1 everything takes longer. */
  readonly slowdown: number;
  readonly hostSeconds: number;
  readonly latencyNanoseconds: number | null;
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

/** A clock further from one that has no range is another setting, not a tolerance. */
const freely: Limits = { least: 0.5, most: 2 };

/** The clock moves within its low and high, and a datasheet's only where that was asked for. */
const slowdownLimits = (clock: Figure, mayMove: boolean): Limits => {
  const { kind, value, low = value, high = value } = clock;
  if (kind === 'datasheet' && !mayMove) return { least: 1, most: 1 };
  const open = kind !== 'datasheet' && clock.low === undefined && clock.high === undefined;
  return open ? freely : { least: value / high, most: value / low };
};

const latencySteps = 9;

/** The stated value comes first, so that it stays where nothing is gained. */
const latencyGrid = (chip: ChipProfile): readonly (number | null)[] => {
  const latency = chip.memory.dram?.latencyNanoseconds;
  if (latency === undefined) return [null];
  const { value, low = value, high = value } = latency;
  if (high <= low) return [value];
  const step = (i: number): number => low + ((high - low) * i) / (latencySteps - 1);
  const grid = Array.from({ length: latencySteps }, (_, i) => step(i));
  return [value, ...grid.filter((v) => v !== value)];
};

const withLatency = (chip: ChipProfile, nanoseconds: number | null): ChipProfile => {
  const { dram } = chip.memory;
  if (dram === null || nanoseconds === null) return chip;
  const { kind, source } = dram.latencyNanoseconds;
  const latencyNanoseconds: Figure = { value: nanoseconds, kind, source };
  return { ...chip, memory: { ...chip.memory, dram: { ...dram, latencyNanoseconds } } };
};

/** A measured point with its cycles per sample for each latency of the grid. */
interface Costed {
  readonly id: string;
  readonly blockFrames: number;
  readonly unit: CalibratedPoint['unit'];
  /** Seconds or cycles per sample. */
  readonly measured: number;
  readonly cycles: ReadonlyMap<number | null, number>;
}

const isTimed = ({ unit }: Costed): boolean => unit === 'nanosecondsPerSample';

const costedPoints = (request: CalibrateRequest, chip: ChipProfile, cache: CostCache): Costed[] => {
  const core = request.coreOf(audioClusterOf(chip).coreId);
  // One measurement fits one number: the clock's, not the memory's, too.
  const grid = latencyGrid(chip).slice(0, request.points.length < 2 ? 1 : undefined);
  const chips = grid.map((latency) => [latency, withLatency(chip, latency)] as const);
  return request.points.map(({ id, network, engine, blockFrames, tanh, measured }): Costed => {
    const cycles = chips.map(([latency, tried]) => {
      const point = { network, core, engines: request.engines, engine, blockFrames, tanh };
      const costed = costPoint(cache, { ...point, chip: tried });
      if (costed.engine === null) {
        throw new StudyError('bad-cases', `${id}: ${costed.choice.reasons.join(' ')}`);
      }
      return [latency, costed.cost.total.expected / blockFrames] as const;
    });
    const common = { id, blockFrames, cycles: new Map(cycles) };
    return 'secondsPerSample' in measured
      ? { ...common, unit: 'nanosecondsPerSample', measured: measured.secondsPerSample }
      : { ...common, unit: 'cyclesPerSample', measured: measured.cyclesPerSample };
  });
};

/** The fits to some of the points of one chip, and what they predict. */
const fitterOf = (clockHz: number, limits: Limits, start: Fit) => {
  const predictedBy = (p: Costed, fit: Fit): number => {
    const cycles = p.cycles.get(fit.latencyNanoseconds) ?? 0;
    const hostSeconds = fit.hostSeconds / p.blockFrames;
    return isTimed(p)
      ? (cycles / clockHz) * fit.slowdown + hostSeconds
      : cycles + (hostSeconds * clockHz) / fit.slowdown;
  };

  /**
   * Least squares of relative errors, for one latency: measured = slowdown x computed + host / block.
   * Cycles fix the slowdown at 1; one block length for all cannot tell host from slowdown, and then the
   * host's share stays as it is.
   */
  const solve = (points: readonly Costed[], latencyNanoseconds: number | null): Fit => {
    const timed = points.some(isTimed);
    const blocks = new Set(points.map((p) => p.blockFrames));
    const fitHost = blocks.size > 1 && points.length > (timed ? 2 : 1);
    let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
    for (const p of points) {
      const c = p.cycles.get(latencyNanoseconds) ?? 0;
      const work = isTimed(p) ? c / clockHz / p.measured : 0;
      const fixed = isTimed(p) ? 0 : c / p.measured;
      const host = (isTimed(p) ? 1 : clockHz) / p.blockFrames / p.measured;
      aa += work * work;
      ab += work * host;
      bb += host * host;
      ay += work * (1 - fixed);
      by += host * (1 - fixed);
    }
    const limit = (value: number): number => Math.min(limits.most, Math.max(limits.least, value));
    const hostFor = (slowdown: number): number => Math.max(0, (by - slowdown * ab) / bb);
    const slowdownFor = (host: number): number => (aa > 0 ? limit((ay - host * ab) / aa) : 1);
    const { hostSeconds: stated } = start;
    if (!fitHost) {
      const slowdown = timed ? slowdownFor(stated) : 1;
      return { slowdown, hostSeconds: stated, latencyNanoseconds };
    }
    if (!timed) return { slowdown: 1, hostSeconds: hostFor(0), latencyNanoseconds };
    const determinant = aa * bb - ab * ab;
    const free = determinant > 1e-12 * aa * bb ? (ay * bb - by * ab) / determinant : slowdownFor(0);
    const hostSeconds = hostFor(limit(free));
    return { slowdown: slowdownFor(hostSeconds), hostSeconds, latencyNanoseconds };
  };

  const fitTo = (points: readonly Costed[]): Fit => {
    let [best, least] = [start, Infinity];
    for (const latency of points[0]?.cycles.keys() ?? []) {
      const fit = solve(points, latency);
      const errors = points.map((p) => predictedBy(p, fit) / p.measured - 1);
      const squares = errors.reduce((sum, error) => sum + error * error, 0);
      if (squares < least * (1 - 1e-9)) [best, least] = [fit, squares];
    }
    return best;
  };
  return { fitTo, predictedBy };
};

const profileWith = (
  { device, source, points }: CalibrateRequest,
  chip: ChipProfile,
  start: Fit,
  fit: Fit,
): { profile: DeviceProfile; fitted: FittedNumber[] } => {
  const fitted: FittedNumber[] = [];
  const replaced = (path: string, old: Figure, value: number, moved: boolean): Figure => {
    if (!moved) return old;
    fitted.push({ path, before: old.value, after: value });
    return {
      value,
      kind: 'fitted',
      source: `fitted to ${source}: ${points.map((p) => p.id).join(', ')}`,
      note: `was ${old.value} (${old.kind}: ${old.source})`,
    };
  };
  const audio = audioClusterOf(chip);
  const clockHz = replaced(
    `chip.clusters[${chip.clusters.indexOf(audio)}].clockHz`,
    audio.clockHz,
    Math.round(audio.clockHz.value / fit.slowdown),
    Math.abs(fit.slowdown - 1) > 1e-6,
  );
  const secondsPerBlock = replaced(
    'chip.host.secondsPerBlock',
    chip.host.secondsPerBlock,
    Number(fit.hostSeconds.toPrecision(6)),
    fit.hostSeconds !== start.hostSeconds,
  );
  const { dram } = chip.memory;
  const latencyNanoseconds =
    dram &&
    replaced(
      'chip.memory.dram.latencyNanoseconds',
      dram.latencyNanoseconds,
      fit.latencyNanoseconds ?? dram.latencyNanoseconds.value,
      fit.latencyNanoseconds !== start.latencyNanoseconds,
    );
  const newChip: ChipProfile = {
    ...chip,
    clusters: chip.clusters.map((c) => (c === audio ? { ...c, clockHz } : c)),
    memory: { ...chip.memory, dram: latencyNanoseconds && { ...dram, latencyNanoseconds } },
    host: { ...chip.host, secondsPerBlock },
  };
  const again = /^(.+-calibrated)(?:-(\d+))?$/.exec(device.id);
  const id = again ? `${again[1]}-${Number(again[2] ?? 1) + 1}` : `${device.id}-calibrated`;
  return { profile: { ...device, id, chip: newChip }, fitted };
};

/** @throws StudyError 'nothing-to-fit' where the device has no chip or there are no measurements. */
export const calibrate = (
  request: CalibrateRequest,
  cache: CostCache = new CostCache(),
): CalibrateResult => {
  const { device, source, fit: movable = [] } = request;
  const { chip } = device;
  if (chip === null) {
    const fault = `device \`${device.id}\`: its chip is not published; describe one in \`chip\` before it can be fitted.`;
    throw new StudyError('nothing-to-fit', fault);
  }
  if (request.points.length === 0) {
    throw new StudyError('nothing-to-fit', `${source}: no measurement for ${device.id}.`);
  }
  const { clockHz } = audioClusterOf(chip);
  const latencyNanoseconds = chip.memory.dram?.latencyNanoseconds.value ?? null;
  const start: Fit = { slowdown: 1, hostSeconds: 0, latencyNanoseconds };
  const limits = slowdownLimits(clockHz, movable.includes('clock'));
  const { fitTo, predictedBy } = fitterOf(clockHz.value, limits, start);
  const costed = costedPoints(request, chip, cache);
  const fit = fitTo(costed);
  const points = costed.map((p): CalibratedPoint => {
    const scale = isTimed(p) ? 1e9 : 1;
    const others = costed.filter((other) => other !== p);
    return {
      id: p.id,
      unit: p.unit,
      measured: p.measured * scale,
      before: predictedBy(p, start) * scale,
      after: predictedBy(p, fit) * scale,
      leaveOneOut: others.length === 0 ? null : predictedBy(p, fitTo(others)) * scale,
    };
  });
  const errors = (of: (p: CalibratedPoint) => number): ErrorSummary =>
    summarize(points.map((p) => 100 * (of(p) / p.measured - 1)));
  const after = errors((p) => p.after);
  return {
    ...profileWith(request, chip, start, fit),
    accepted: (after.worstAbsErrorPercent ?? 0) <= acceptedPercent,
    points,
    before: errors((p) => p.before),
    after,
    leaveOneOut: points.length < 2 ? null : errors((p) => p.leaveOneOut ?? p.after),
  };
};
