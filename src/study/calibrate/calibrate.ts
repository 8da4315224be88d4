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
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
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

export interface CalibrateResult {
  readonly profile: DeviceProfile;
  readonly fitted: readonly FittedNumber[];
  readonly points: readonly CalibratedPoint[];
  readonly before: ErrorSummary;
  readonly after: ErrorSummary;
  readonly leaveOneOut: ErrorSummary | null;
  /** Every measurement comes within `acceptedPercent`; a profile that does not is not worth keeping. */
  readonly accepted: boolean;
}

export const acceptedPercent = 25;

interface Parameters {
  /** Stated clock / running clock: above 1 everything takes longer. */
  readonly slowdown: number;
  readonly hostSeconds: number;
  readonly latencyNanoseconds: number | null;
}

const latencySteps = 9;
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

const isTimed = (p: CalibrationPoint): boolean => 'secondsPerSample' in p.measured;
const measuredOf = (p: CalibrationPoint): number =>
  'secondsPerSample' in p.measured ? p.measured.secondsPerSample : p.measured.cyclesPerSample;

const latencyGrid = (chip: ChipProfile): readonly (number | null)[] => {
  const latency = chip.memory.dram?.latencyNanoseconds;
  if (latency === undefined) return [null];
  const { low = latency.value, high = latency.value } = latency;
  if (high <= low) return [latency.value];
  const grid = Array.from(
    { length: latencySteps },
    (_, i) => low + ((high - low) * i) / (latencySteps - 1),
  );
  // The stated value comes first, so that it stays where nothing is gained.
  return [latency.value, ...grid.filter((v) => v !== latency.value)];
};

const withLatency = (chip: ChipProfile, nanoseconds: number | null): ChipProfile => {
  const { dram } = chip.memory;
  if (dram === null || nanoseconds === null) return chip;
  const latencyNanoseconds: Figure = {
    value: nanoseconds,
    kind: dram.latencyNanoseconds.kind,
    source: dram.latencyNanoseconds.source,
  };
  return { ...chip, memory: { ...chip.memory, dram: { ...dram, latencyNanoseconds } } };
};

/** Cycles per sample of every point, for each latency of the grid. */
type Table = ReadonlyMap<number | null, readonly number[]>;

const predictedBy = (
  p: CalibrationPoint,
  cycles: number,
  fit: Parameters,
  clockHz: number,
): number => {
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
const solve = (
  points: readonly CalibrationPoint[],
  cycles: readonly number[],
  start: Parameters,
  clockHz: number,
  limits: Limits,
): Parameters => {
  const timed = points.some(isTimed);
  const blocks = new Set(points.map((p) => p.blockFrames));
  const fitHost = blocks.size > 1 && points.length > (timed ? 2 : 1);
  let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
  points.forEach((p, i) => {
    const measured = measuredOf(p);
    const c = cycles[i] ?? 0;
    const work = isTimed(p) ? c / clockHz / measured : 0;
    const fixed = isTimed(p) ? 0 : c / measured;
    const host = (isTimed(p) ? 1 : clockHz) / p.blockFrames / measured;
    aa += work * work;
    ab += work * host;
    bb += host * host;
    ay += work * (1 - fixed);
    by += host * (1 - fixed);
  });
  const limit = (value: number): number => Math.min(limits.most, Math.max(limits.least, value));
  const hostFor = (slowdown: number): number => Math.max(0, (by - slowdown * ab) / bb);
  const slowdownFor = (host: number): number => (aa > 0 ? limit((ay - host * ab) / aa) : 1);
  if (!fitHost) {
    return { ...start, slowdown: timed ? slowdownFor(start.hostSeconds) : 1 };
  }
  if (!timed) return { ...start, slowdown: 1, hostSeconds: hostFor(0) };
  const determinant = aa * bb - ab * ab;
  const free = determinant > 1e-12 * aa * bb ? (ay * bb - by * ab) / determinant : slowdownFor(0);
  const slowdown = limit(free);
  const hostSeconds = hostFor(slowdown);
  return { ...start, slowdown: slowdownFor(hostSeconds), hostSeconds };
};

const squaresOf = (
  points: readonly CalibrationPoint[],
  cycles: readonly number[],
  fit: Parameters,
  clockHz: number,
): number =>
  points.reduce((sum, p, i) => {
    const error = predictedBy(p, cycles[i] ?? 0, fit, clockHz) / measuredOf(p) - 1;
    return sum + error * error;
  }, 0);

const fitTo = (
  chosen: readonly number[],
  all: readonly CalibrationPoint[],
  table: Table,
  start: Parameters,
  clockHz: number,
  limits: Limits,
): Parameters => {
  const points = chosen.map((i) => all[i] as CalibrationPoint);
  let best: { fit: Parameters; squares: number } | null = null;
  for (const [latencyNanoseconds, row] of table) {
    const cycles = chosen.map((i) => row[i] ?? 0);
    const fit = solve(points, cycles, { ...start, latencyNanoseconds }, clockHz, limits);
    const squares = squaresOf(points, cycles, fit, clockHz);
    if (best === null || squares < best.squares * (1 - 1e-9)) best = { fit, squares };
  }
  return best?.fit ?? start;
};

const fittedFigure = (value: number, old: Figure, request: CalibrateRequest): Figure => ({
  value,
  kind: 'fitted',
  source: `fitted to ${request.source}: ${request.points.map((p) => p.id).join(', ')}`,
  note: `was ${old.value} (${old.kind}: ${old.source})`,
});

const profileWith = (
  request: CalibrateRequest,
  chip: ChipProfile,
  start: Parameters,
  fit: Parameters,
): { profile: DeviceProfile; fitted: FittedNumber[] } => {
  const fitted: FittedNumber[] = [];
  const replaced = (path: string, old: Figure, value: number, moved: boolean): Figure => {
    if (!moved) return old;
    fitted.push({ path, before: old.value, after: value });
    return fittedFigure(value, old, request);
  };
  const audio = audioClusterOf(chip);
  const index = chip.clusters.indexOf(audio);
  const clockHz = replaced(
    `chip.clusters[${index}].clockHz`,
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
  const moved = dram !== null && fit.latencyNanoseconds !== start.latencyNanoseconds;
  const newDram =
    dram === null
      ? null
      : {
          ...dram,
          latencyNanoseconds: replaced(
            'chip.memory.dram.latencyNanoseconds',
            dram.latencyNanoseconds,
            fit.latencyNanoseconds ?? dram.latencyNanoseconds.value,
            moved,
          ),
        };
  const newChip: ChipProfile = {
    ...chip,
    clusters: chip.clusters.map((c) => (c === audio ? { ...c, clockHz } : c)),
    memory: { ...chip.memory, dram: newDram },
    host: { ...chip.host, secondsPerBlock },
  };
  const id = `${request.device.id.replace(/-calibrated$/, '')}-calibrated`;
  return { profile: { ...request.device, id, chip: newChip }, fitted };
};

/** @throws StudyError 'nothing-to-fit' where the device has no chip or there are no measurements. */
export const calibrate = (
  request: CalibrateRequest,
  book: CostBook = new CostBook(),
): CalibrateResult => {
  const { device, points } = request;
  const { chip } = device;
  if (chip === null) {
    throw new StudyError(
      'nothing-to-fit',
      `device \`${device.id}\`: its chip is not published; describe one in \`chip\` before it can be fitted.`,
    );
  }
  if (points.length === 0) {
    throw new StudyError('nothing-to-fit', `${request.source}: no measurement for ${device.id}.`);
  }
  const cluster = audioClusterOf(chip);
  const core = request.coreOf(cluster.coreId);
  const clockHz = cluster.clockHz.value;
  const table: Table = new Map(
    // One measurement fits one number: the clock's, not the memory's, too.
    latencyGrid(chip)
      .slice(0, points.length < 2 ? 1 : undefined)
      .map((nanoseconds) => {
        const tried = withLatency(chip, nanoseconds);
        const row = points.map((p) => {
          const priced = price(book, {
            network: p.network,
            chip: tried,
            core,
            engines: request.engines,
            engine: p.engine,
            blockFrames: p.blockFrames,
            tanh: p.tanh,
            copies: 1,
            parallel: false,
          });
          if (priced.engine === null) {
            throw new StudyError('bad-cases', `${p.id}: ${priced.choice.reasons.join(' ')}`);
          }
          return priced.cost.total.expected / p.blockFrames;
        });
        return [nanoseconds, row] as const;
      }),
  );
  const start: Parameters = {
    slowdown: 1,
    hostSeconds: 0,
    latencyNanoseconds: chip.memory.dram?.latencyNanoseconds.value ?? null,
  };
  const everyone = points.map((_, i) => i);
  const limits = slowdownLimits(cluster.clockHz, request.fit?.includes('clock') ?? false);
  const fit = fitTo(everyone, points, table, start, clockHz, limits);
  const at = (i: number, f: Parameters): number =>
    predictedBy(
      points[i] as CalibrationPoint,
      table.get(f.latencyNanoseconds)?.[i] ?? 0,
      f,
      clockHz,
    );
  const leftOut = points.map((_, i) =>
    points.length < 2
      ? null
      : at(
          i,
          fitTo(
            everyone.filter((j) => j !== i),
            points,
            table,
            start,
            clockHz,
            limits,
          ),
        ),
  );
  const results = points.map((p, i): CalibratedPoint => {
    const scale = isTimed(p) ? 1e9 : 1;
    const other = leftOut[i] ?? null;
    return {
      id: p.id,
      unit: isTimed(p) ? 'nanosecondsPerSample' : 'cyclesPerSample',
      measured: measuredOf(p) * scale,
      before: at(i, start) * scale,
      after: at(i, fit) * scale,
      leaveOneOut: other === null ? null : other * scale,
    };
  });
  const errors = (of: (p: CalibratedPoint) => number): ErrorSummary =>
    summarize(results.map((p) => 100 * (of(p) / p.measured - 1)));
  const after = errors((p) => p.after);
  return {
    ...profileWith(request, chip, start, fit),
    accepted: (after.worstAbsErrorPercent ?? 0) <= acceptedPercent,
    points: results,
    before: errors((p) => p.before),
    after,
    leaveOneOut: points.length < 2 ? null : errors((p) => p.leaveOneOut ?? p.after),
  };
};
