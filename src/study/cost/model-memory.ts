/** The memory that models need, and whether a device has room for it. */
import { audioClusterOf, placementWith } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import type { Lowered } from '../../kernel/lowered.ts';
import { bytesOfOne } from '../../machine/memory/data-kind.ts';
import type { DataKind } from '../../machine/memory/memory-system.ts';
import type { MemoryBytes } from '../predict/row.ts';
import { StudyError } from './study-error.ts';

export const addBytes = (a: MemoryBytes, b: MemoryBytes): MemoryBytes => ({
  weights: a.weights + b.weights,
  history: a.history + b.history,
  scratch: a.scratch + b.scratch,
  code: a.code + b.code,
});

/** Copies share their code. */
export const memoryOf = (lowered: Lowered, copies: number): MemoryBytes => {
  const { weights, history, scratch, code } = bytesOfOne(lowered);
  return { weights: weights * copies, history: history * copies, scratch: scratch * copies, code };
};

export type Placement = Readonly<Record<DataKind, string>>;

export interface RoomInMemory {
  readonly fits: boolean;
  /** Where everything lies; null on devices with one memory. */
  readonly placement: Placement | null;
  readonly reasons: readonly string[];
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;

/** What is wanted nearest to the core is placed first. */
const order: readonly DataKind[] = ['code', 'weights', 'scratch', 'history'];

const roomInRegions = (
  chip: ChipProfile,
  need: MemoryBytes,
  wanted: Placement,
  forced: Readonly<Partial<Placement>>,
): RoomInMemory => {
  const { regions } = chip.memory;
  const names = regions.map((r) => r.name);
  const free = new Map(
    regions.map((r) => [r.name, r.sizeBytes.value - (r.reservedBytes?.value ?? 0)]),
  );
  const readOnly = new Set(regions.filter((r) => r.readOnly === true).map((r) => r.name));
  const canHold = (name: string, kind: DataKind): boolean =>
    !readOnly.has(name) || kind === 'code' || kind === 'weights';
  const placement: Record<DataKind, string> = { ...wanted };
  const reasons: string[] = [];
  let fits = true;
  for (const kind of order) {
    const name = forced[kind] ?? wanted[kind];
    const room = free.get(name);
    if (room === undefined) {
      const fault = `placement of ${kind}: expected one of ${names.join(', ')}, got "${name}".`;
      throw new StudyError('bad-placement', fault);
    }
    if (!canHold(name, kind)) {
      const fault = `placement of ${kind}: ${name} cannot be written. Write one of ${names.filter((n) => canHold(n, kind)).join(', ')}.`;
      throw new StudyError('bad-placement', fault);
    }
    // Firmware moves what does not fit to the next region outwards, unless it was told where to put it.
    const outwards = forced[kind] === undefined ? names.slice(names.indexOf(name) + 1) : [];
    const target = [name, ...outwards].find(
      (n) => (free.get(n) ?? 0) >= need[kind] && canHold(n, kind),
    );
    if (target === undefined) {
      fits = false;
      reasons.push(
        `${kind} needs ${kilobytes(need[kind])}; ${name} has ${kilobytes(Math.max(0, room))} left${outwards.length > 0 ? ' and no other memory has room' : ''}.`,
      );
      continue;
    }
    if (target !== name) {
      reasons.push(
        `${kind} needs ${kilobytes(need[kind])}, which ${name} has no room for: it goes to ${target}.`,
      );
    }
    placement[kind] = target;
    free.set(target, (free.get(target) ?? 0) - need[kind]);
  }
  return { fits, placement, reasons };
};

/** `forced` names the memory of single kinds of data; the rest lies where builds with `engine` put it. */
export const roomFor = (
  chip: ChipProfile,
  need: MemoryBytes,
  forced: Readonly<Partial<Placement>>,
  engine = '',
): RoomInMemory => {
  const { modelLimitBytes } = chip.memory;
  const placement = placementWith(chip, engine);
  if (placement !== null) return roomInRegions(chip, need, placement, forced);
  const asked = Object.keys(forced);
  if (asked.length > 0) {
    const fault = `placement of ${asked.join(', ')}: this device (${audioClusterOf(chip).coreId}) has one memory behind caches; there is nothing to place.`;
    throw new StudyError('bad-placement', fault);
  }
  const total = need.weights + need.history + need.scratch + need.code;
  const limit = modelLimitBytes?.value ?? Number.POSITIVE_INFINITY;
  if (total <= limit) return { fits: true, placement, reasons: [] };
  const reason = `Models need ${kilobytes(total)}; the device has ${kilobytes(limit)} for them.`;
  return { fits: false, placement, reasons: [reason] };
};
