/** Cycles that the steps of a program wait for memory in one block: by step, and by what they wait for. */
import type { Lowered } from '../../kernel/lowered.ts';
import { stepTableOf } from '../step-table.ts';
import type { CodeWaits } from './code-stalls.ts';
import type { LineWaits } from './line-waits.ts';
import { slotAccessesOf, waitingRegions } from './memory-stalls.ts';
import type { MemoryRegion, MemorySystem } from './memory-system.ts';

/** Cycles per block. */
export interface Stalls {
  /** What is waited for in the steady state. */
  readonly names: readonly string[];
  /** For each name: of each step. */
  readonly columns: readonly Float64Array[];
  /** Of each step, whatever it waits for, in the steady state. */
  readonly steady: Float64Array;
  /** Of each step at worst: of a block that finds its caches used by others. */
  readonly cold: Float64Array;
}

/** Numbers of steps to which those of more causes are added. */
class Sums {
  readonly names: string[];
  readonly columns: Float64Array[];
  readonly steady: Float64Array;
  readonly cold: Float64Array;

  /** @param lines what is waited for lines, by the names of their servers; null without caches */
  constructor(steps: number, lines: LineWaits | null, servers: readonly string[]) {
    const columns = lines?.columns.slice(0, servers.length) ?? [];
    this.columns = columns;
    this.names = servers.slice(0, columns.length);
    this.steady = lines?.steady ?? new Float64Array(steps);
    this.cold = lines?.cold ?? new Float64Array(steps);
  }

  private column(name: string): Float64Array {
    const known = this.columns[this.names.indexOf(name)];
    if (known !== undefined) return known;
    const made = new Float64Array(this.steady.length);
    this.columns.push(made);
    this.names.push(name);
    return made;
  }

  /** `cycles`: of each step. */
  addSteady(name: string, cycles: (step: number) => number): void {
    const { steady } = this;
    const column = this.column(name);
    for (let s = 0; s < steady.length; s++) {
      const each = cycles(s);
      column[s] = (column[s] as number) + each;
      steady[s] = (steady[s] as number) + each;
    }
  }

  addCold(cycles: (step: number) => number): void {
    const { cold } = this;
    for (let s = 0; s < cold.length; s++) cold[s] = (cold[s] as number) + cycles(s);
  }
}

/** What accesses wait one by one, region by region. */
const regionWaits = (
  lowered: Lowered,
  memory: MemorySystem,
  corner: StallCorner,
): ReadonlyMap<MemoryRegion, (step: number) => number> => {
  const waits = new Map<MemoryRegion, (step: number) => number>();
  if (memory.placement === null) return waits;
  const ofKind = waitingRegions(memory, corner);
  if (ofKind.every((region) => region === null)) return waits;
  const { ends, kind, count, kinds } = slotAccessesOf(lowered);
  const { perBlock } = stepTableOf(lowered);
  for (const region of kinds.map((k) => ofKind[k])) {
    if (region == null || waits.has(region)) continue;
    const here = ofKind.map((other) => other === region);
    // Every step has its entries in the lists.
    waits.set(region, (s) => {
      let cycles = 0;
      for (let e = s === 0 ? 0 : (ends[s - 1] as number); e < (ends[s] as number); e++) {
        if (here[kind[e] as number]) cycles += (count[e] as number) * region.waitCycles[corner];
      }
      return cycles * (perBlock[s] as number);
    });
  }
  return waits;
};

type StallCorner = 'expected' | 'worst';

/** What fetches of code wait; null where none does. */
const codeFetches = (
  lowered: Lowered,
  code: CodeWaits,
  corner: StallCorner,
): ((step: number) => number) | null => {
  const fetches = code[corner === 'worst' ? 'cold' : 'steady'];
  if (!fetches.some((count) => count > 0)) return null;
  const { perBlock } = stepTableOf(lowered);
  const each = code.cycles[corner];
  return (s) => (fetches[s] ?? 0) * each * (perBlock[s] as number);
};

export interface StallInput {
  readonly lowered: Lowered;
  readonly memory: MemorySystem;
  /** Null without caches. */
  readonly lines: LineWaits | null;
  /** What serves lines. */
  readonly servers: readonly string[];
  /** Null where code never waits. */
  readonly code: CodeWaits | null;
  /** False: the cold block is the steady state's. */
  readonly both: boolean;
}

/** Best: everything is where it is wanted when it is wanted. */
export const stallsOf = ({ lowered, memory, lines, servers, code, both }: StallInput): Stalls => {
  const sums = new Sums(lowered.steps.length, lines, servers);
  for (const [{ name }, cycles] of regionWaits(lowered, memory, 'expected')) {
    sums.addSteady(name, cycles);
  }
  const fetches = code && codeFetches(lowered, code, 'expected');
  if (code !== null && fetches !== null) sums.addSteady(code.name, fetches);
  const { names, columns, steady } = sums;
  if (!both) return { names, columns, steady, cold: steady };
  for (const cycles of regionWaits(lowered, memory, 'worst').values()) sums.addCold(cycles);
  const cold = code && codeFetches(lowered, code, 'worst');
  if (cold !== null) sums.addCold(cold);
  return { names, columns, steady, cold: sums.cold };
};
