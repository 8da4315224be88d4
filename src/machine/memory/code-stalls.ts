/**
 * Waits for instructions: where code lies in a memory that is slower than the core, the lines of each
 * step's code pass through the instruction cache in the order of the block.
 */
import { type Lowered, templatesOf } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { type Figure, rangeOfCost } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { atCorners, type Range } from '../../units/range.ts';
import { readTemplate } from '../pipeline/read-template.ts';
import { stepTableOf } from '../step-table.ts';
import { LruCache } from './lru-cache.ts';
import type { CacheLevel, MemorySystem } from './memory-system.ts';

/** Bytes that a core fetches at once. */
const fetchBytes = 8;

export interface CodeWaits {
  readonly name: string;
  /** Fetches of each step that wait, in the steady state: [step]. */
  readonly steady: readonly number[];
  /** The same at worst: with an empty cache, and where functions share sets. */
  readonly cold: readonly number[];
  readonly cycles: Range;
}

/** The code that steps run, as indices of its templates. */
interface StepCode {
  readonly templates: readonly Template[];
  /** Operations of each template. */
  readonly sizes: readonly number[];
  /** For each of the unique steps of `StepTable`, and which of them each step is. */
  readonly ofUnique: readonly (readonly number[])[];
  readonly uniqueIndex: Int32Array;
}

const stepCodeOf = (lowered: Lowered): StepCode => {
  const { uniqueSteps, uniqueIndex } = stepTableOf(lowered);
  const indices = new Map<Template, number>();
  const indexOf = (template: Template): number => memoize(indices, template, () => indices.size);
  const ofUnique = uniqueSteps.map((step) =>
    templatesOf(step).map(({ template }) => indexOf(template)),
  );
  const templates = [...indices.keys()];
  const sizes = templates.map((template) => readTemplate(template).prepared.size);
  return { templates, sizes, ofUnique, uniqueIndex };
};

const sumOf = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

/** Where each template's code starts and ends; together they make up the program's code. */
const placed = (lowered: Lowered, sizes: readonly number[]): (readonly [number, number])[] => {
  const scale = lowered.codeBytes / Math.max(1, sumOf(sizes));
  let next = 0;
  return sizes.map((size) => {
    const start = next;
    next += size * scale;
    return [Math.floor(start), Math.ceil(next)];
  });
};

const missesPerStep = (
  { ofUnique, uniqueIndex }: StepCode,
  places: readonly (readonly [number, number])[],
  cache: LruCache,
): number[] => {
  const all: number[] = [];
  for (const own of uniqueIndex) {
    let misses = 0;
    // Every step is one of the unique ones, and every template its place.
    for (const template of ofUnique[own] as readonly number[]) {
      const [low, high] = places[template] as readonly [number, number];
      const last = (high - 1) >> cache.lineShift;
      for (let line = low >> cache.lineShift; line <= last; line++) {
        if (!cache.touch(line)) misses++;
      }
    }
    all.push(misses);
  }
  return all;
};

/** Misses of an empty cache that holds all of the code: lines miss when they are run through for the first time. */
const firstMisses = (
  { ofUnique, uniqueIndex }: StepCode,
  places: readonly (readonly [number, number])[],
  lineBytes: number,
): number[] => {
  const lines = new Set<number>();
  const known = new Uint8Array(ofUnique.length);
  return Array.from(uniqueIndex, (own) => {
    if (known[own] === 1) return 0;
    known[own] = 1;
    const before = lines.size;
    // Every step is one of the unique ones, and every template its place.
    for (const template of ofUnique[own] as readonly number[]) {
      const [low, high] = places[template] as readonly [number, number];
      const end = Math.ceil(high / lineBytes);
      for (let line = Math.floor(low / lineBytes); line < end; line++) lines.add(line);
    }
    return lines.size - before;
  });
};

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

/** `conflictMisses` after so many lines: programs have few different functions, in the same turns. */
const missingAfter = ({ sizeBytes, lineBytes, ways }: CacheLevel): ((lines: number) => number) => {
  const sets = sizeBytes / (lineBytes * ways);
  const shares = new Map<number, number>();
  const make = (lines: number): number => conflictMisses(lines / sets, ways);
  return (lines) => memoize(shares, lines, make);
};

/** How many times the mean a bad layout misses. */
export const badLayout: Figure = {
  value: 2,
  low: 1.9,
  high: 2.9,
  kind: 'measured',
  source:
    'worst of 40 random layouts of the functions of NAM Core, compiled for Thumb-2 and traced in an emulator, against their mean',
};
const worstLayout = rangeOfCost(badLayout).worst;

interface Functions {
  /** Of each step. */
  readonly ofStep: readonly number[];
  /** Lines of each function: as many as its longest template, scaled to the code that was counted. */
  readonly lines: readonly number[];
}

const functionsOf = (lowered: Lowered, code: StepCode, lineBytes: number): Functions => {
  const byName = new Map<string, number>();
  const sizes: number[] = [];
  const sizeOfUnique = code.ofUnique.map((templates) =>
    sumOf(templates.map((template) => code.sizes[template] as number)),
  );
  const nameOfUnique = code.ofUnique.map((templates) =>
    templates.map((template) => code.templates[template]?.name).join(' '),
  );
  const ofStep = lowered.steps.map((step, s) => {
    // Every step is one of the unique ones.
    const uniqueIndex = code.uniqueIndex[s] as number;
    const name = step.code ?? (nameOfUnique[uniqueIndex] as string);
    const index = memoize(byName, name, () => byName.size);
    sizes[index] = Math.max(sizeOfUnique[uniqueIndex] as number, sizes[index] ?? 0);
    return index;
  });
  const scale = lowered.codeBytes / Math.max(1, sumOf(sizes));
  return { ofStep, lines: sizes.map((size) => Math.ceil((size * scale) / lineBytes)) };
};

/** Misses per step of functions that a linker lays anywhere: at worst (an empty cache, a bad layout), then on average. */
const scatteredMisses = (
  lowered: Lowered,
  code: StepCode,
  level: CacheLevel,
): { readonly cold: number[]; readonly steady: number[] } => {
  const { ofStep, lines } = functionsOf(lowered, code, level.lineBytes);
  const share = missingAfter(level);
  /** The most recently run first. */
  const recent: number[] = [];
  const run = (index: number): number => {
    const own = lines[index] as number;
    // What was run since then moves one place on.
    let between = 0;
    let moved = index;
    for (let at = 0; at < recent.length; at++) {
      const other = recent[at] as number;
      recent[at] = moved;
      if (other === index) return own * share(between);
      between += lines[other] as number;
      moved = other;
    }
    recent.push(moved);
    return own;
  };
  const cold = ofStep.map(run);
  const steady = ofStep.map(run);
  return { cold: cold.map((own, i) => Math.max(own, worstLayout * (steady[i] ?? 0))), steady };
};

type Misses = Pick<CodeWaits, 'steady' | 'cold'>;
const known = new WeakMap<Lowered, Map<string, Misses>>();

const findMisses = (lowered: Lowered, level: CacheLevel): Misses => {
  const code = stepCodeOf(lowered);
  if (lowered.codeScattered) return scatteredMisses(lowered, code, level);
  const places = placed(lowered, code.sizes);
  if (lowered.codeBytes <= level.sizeBytes) {
    const cold = firstMisses(code, places, level.lineBytes);
    return { cold, steady: cold.map(() => 0) };
  }
  const cache = new LruCache(level);
  const cold = missesPerStep(code, places, cache);
  return { cold, steady: missesPerStep(code, places, cache) };
};

const missesOf = (lowered: Lowered, level: CacheLevel): Misses => {
  const ofLevels = memoize(known, lowered, () => new Map<string, Misses>());
  const key = `${level.sizeBytes}/${level.lineBytes}/${level.ways}`;
  return memoize(ofLevels, key, () => findMisses(lowered, level));
};

/** Latency of what stands behind the instruction cache. */
const behind = ({ dataCaches: [, next], memory }: MemorySystem, clockHz: number): Range =>
  next?.latencyCycles ??
  atCorners((corner) => (memory === null ? 0 : memory.latencyNanoseconds[corner] * 1e-9 * clockHz));

/** Null where code never waits. `executed`: the instructions of each of the unique steps of `StepTable`. */
export const codeWaitsOf = (
  lowered: Lowered,
  memory: MemorySystem,
  executed: readonly { readonly instructions: number }[],
  clockHz: number,
): CodeWaits | null => {
  const region = memory.regions.find((r) => r.name === memory.placement?.code) ?? null;
  if (memory.placement !== null && (region === null || region.waitCycles.worst === 0)) return null;
  const cycles = region?.waitCycles ?? behind(memory, clockHz);
  const name = region?.name ?? 'code';
  const cached = region === null || region.cached;
  if (!cached || memory.instructionCache === null) {
    if (region === null) return null;
    const size = lowered.target.isa === 'aarch64' ? 4 : 3;
    const ofUnique = executed.map(({ instructions }) => (instructions * size) / fetchBytes);
    // Every step is one of the unique ones.
    const fetches = Array.from(stepTableOf(lowered).uniqueIndex, (own) => ofUnique[own] as number);
    return { name, steady: fetches, cold: fetches, cycles };
  }
  return { name, ...missesOf(lowered, memory.instructionCache), cycles };
};
