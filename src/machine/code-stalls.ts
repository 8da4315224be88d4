/**
 * Waits for instructions: where code lies in a memory that is slower than the core, the lines of each
 * step's code pass through the instruction cache in the order of the block.
 */
import type { Lowered } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import type { End } from './core-parameters.ts';
import { LruCache } from './lru-cache.ts';
import type { CacheLevel, MemorySystem } from './memory-system.ts';
import { prepare } from './prepared.ts';

/** Bytes that a core fetches at once. */
const fetchBytes = 8;

export interface CodeWaits {
  readonly name: string;
  /** Fetches of each step that wait, in the steady state: [step]. */
  readonly steady: readonly number[];
  /** The same at worst: with an empty cache, and where functions share sets. */
  readonly cold: readonly number[];
  readonly cycles: Readonly<Record<End, number>>;
}

const templatesOf = (lowered: Lowered): readonly (readonly Template[])[] =>
  lowered.steps.map((step) =>
    step.step === 'kernel' ? [step.template] : step.templates.map((t) => t.template),
  );

/** Where each template's code starts and ends; together they make up the program's code. */
const placed = (lowered: Lowered): Map<Template, readonly [number, number]> => {
  const all = [...new Set(templatesOf(lowered).flat())];
  const total = all.reduce((sum, template) => sum + prepare(template).size, 0);
  const scale = lowered.codeBytes / Math.max(1, total);
  const places = new Map<Template, readonly [number, number]>();
  let next = 0;
  for (const template of all) {
    const end = next + prepare(template).size * scale;
    places.set(template, [Math.floor(next), Math.ceil(end)]);
    next = end;
  }
  return places;
};

const missesPerStep = (
  lowered: Lowered,
  places: Map<Template, readonly [number, number]>,
  cache: LruCache,
): number[] =>
  templatesOf(lowered).map((templates) => {
    let misses = 0;
    for (const template of templates) {
      const [low, high] = places.get(template) ?? [0, 0];
      const last = (high - 1) >> cache.lineShift;
      for (let line = low >> cache.lineShift; line <= last; line++) {
        if (!cache.touch(line)) misses++;
      }
    }
    return misses;
  });

/**
 * Misses per line that is run through again, where functions lie anywhere: of the lines run in between
 * as many fall into its set as a Poisson distribution of that mean says; where that makes more lines
 * than ways, they evict each other at random, as level-1 instruction caches do. n others in turn over
 * A ways miss 1 - (A - 1) / (A + 1) (A / n)^2 of the time: exact for n = A, within 3 % of a simulation
 * beyond.
 */
const conflictMisses = (mean: number, ways: number): number => {
  let [weight, all, missing] = [1, 0, 0];
  for (let others = 0; others < 64; others++) {
    all += weight;
    if (others >= ways) {
      missing += weight * (1 - ((ways - 1) / (ways + 1)) * ((ways * ways) / (others * others)));
    }
    weight *= mean / (others + 1);
  }
  return missing / all;
};

/**
 * How many times the mean a bad layout misses. Of 40 random layouts of the functions of NAM Core's
 * engines, as compiled for Thumb-2 and traced in an emulator, the worst missed 1.9 to 2.9 times the mean.
 */
const badLayout = 2;

/** Lines of each function: as many as its longest template, scaled to the code that was counted. */
const functionLines = (
  lowered: Lowered,
  functions: readonly string[],
  lineBytes: number,
): Map<string, number> => {
  const sizes = new Map<string, number>();
  templatesOf(lowered).forEach((templates, step) => {
    const size = templates.reduce((sum, template) => sum + prepare(template).size, 0);
    const name = functions[step] ?? '';
    sizes.set(name, Math.max(size, sizes.get(name) ?? 0));
  });
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const scale = lowered.codeBytes / Math.max(1, total);
  return new Map([...sizes].map(([name, size]) => [name, Math.ceil((size * scale) / lineBytes)]));
};

/** Misses per step of functions that a linker lays anywhere: at worst (an empty cache, a bad layout), then on average. */
const scatteredMisses = (
  lowered: Lowered,
  level: CacheLevel,
): { readonly cold: number[]; readonly steady: number[] } => {
  const sets = level.sizeBytes / (level.lineBytes * level.ways);
  const functions = templatesOf(lowered).map(
    (templates, step) =>
      lowered.steps[step]?.code ?? templates.map((template) => template.name).join(' '),
  );
  const linesOf = functionLines(lowered, functions, level.lineBytes);
  const shares = new Map<number, number>();
  const missing = (between: number): number => {
    const share = shares.get(between) ?? conflictMisses(between / sets, level.ways);
    shares.set(between, share);
    return share;
  };
  /** The most recently run first. */
  const recent: string[] = [];
  const run = (name: string): number => {
    const lines = linesOf.get(name) ?? 0;
    const at = recent.indexOf(name);
    let between = 0;
    for (let i = 0; i < at; i++) between += linesOf.get(recent[i] ?? '') ?? 0;
    if (at >= 0) recent.splice(at, 1);
    recent.unshift(name);
    return at < 0 ? lines : lines * missing(between);
  };
  const cold = functions.map(run);
  const steady = functions.map(run);
  return { cold: cold.map((misses, i) => Math.max(misses, badLayout * (steady[i] ?? 0))), steady };
};

type Misses = Pick<CodeWaits, 'steady' | 'cold'>;
const known = new WeakMap<Lowered, Map<string, Misses>>();

const missesOf = (lowered: Lowered, level: CacheLevel): Misses => {
  const memo = known.get(lowered) ?? new Map<string, Misses>();
  known.set(lowered, memo);
  const key = `${level.sizeBytes}/${level.lineBytes}/${level.ways}`;
  const hit = memo.get(key);
  if (hit) return hit;
  let result: Misses;
  if (lowered.codeScattered) result = scatteredMisses(lowered, level);
  else {
    const places = placed(lowered);
    const cache = new LruCache(level);
    const cold = missesPerStep(lowered, places, cache);
    const fits = lowered.codeBytes <= level.sizeBytes;
    result = { cold, steady: fits ? cold.map(() => 0) : missesPerStep(lowered, places, cache) };
  }
  memo.set(key, result);
  return result;
};

/** Latency of what stands behind the instruction cache. */
const behind = (memory: MemorySystem, end: End, clockHz: number): number => {
  const next = memory.dataCaches[1];
  if (next) return next.latencyCycles[end];
  return memory.memory === null ? 0 : memory.memory.latencyNanoseconds[end] * 1e-9 * clockHz;
};

/** Null where code never waits. `executed`: the instructions of each step. */
export const codeWaitsOf = (
  lowered: Lowered,
  memory: MemorySystem,
  executed: readonly { readonly instructions: number }[],
  clockHz: number,
): CodeWaits | null => {
  const region = memory.regions.find((r) => r.name === memory.placement?.code) ?? null;
  if (memory.placement !== null && (region === null || region.waitCycles.worst === 0)) return null;
  const each = (end: End): number =>
    region === null ? behind(memory, end, clockHz) : region.waitCycles[end];
  const cycles = { best: each('best'), expected: each('expected'), worst: each('worst') };
  const name = region?.name ?? 'code';
  const cached = region === null || region.cached;
  if (!cached || memory.instructionCache === null) {
    if (region === null) return null;
    const size = lowered.target.isa === 'aarch64' ? 4 : 3;
    const fetches = executed.map(({ instructions }) => (instructions * size) / fetchBytes);
    return { name, steady: fetches, cold: fetches, cycles };
  }
  return { name, ...missesOf(lowered, memory.instructionCache), cycles };
};
