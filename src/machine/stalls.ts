/** Cycles that the steps of a program wait for memory in one block: by step, and by what they wait for. */
import type { Lowered } from '../kernel/lowered.ts';
import type { CacheMisses } from './cache-misses.ts';
import type { CodeWaits } from './code-stalls.ts';
import type { CoreProfile } from './core-profile.ts';
import {
  type MissCosts,
  missCostsOf,
  type Server,
  slotAccessesOf,
  waitingRegions,
} from './memory-stalls.ts';
import type { MemorySystem } from './memory-system.ts';
import type { Zeros } from './scratch.ts';
import { stepTableOf } from './step-table.ts';

export type StallEnd = 'expected' | 'worst';

/** Cycles per block. */
export interface Stalls {
  readonly names: readonly string[];
  /** For each name: of each step. */
  readonly columns: readonly Float64Array[];
  /** Of each step, whatever it waits for. */
  readonly perStep: Float64Array;
}

class Collector {
  readonly names: string[] = [];
  private readonly steps: number;
  private readonly zeros: Zeros;
  private readonly columns = new Map<string, Float64Array>();

  constructor(steps: number, zeros: Zeros) {
    this.steps = steps;
    this.zeros = zeros;
  }

  column(name: string): Float64Array {
    const known = this.columns.get(name);
    if (known !== undefined) return known;
    const made = this.zeros(this.steps);
    this.columns.set(name, made);
    this.names.push(name);
    return made;
  }

  stalls(): Stalls {
    const { names, steps } = this;
    const columns = names.map((name) => this.column(name));
    const perStep = this.zeros(steps);
    for (const column of columns) {
      for (let s = 0; s < steps; s++) perStep[s] = (perStep[s] as number) + (column[s] as number);
    }
    return { names, columns, perStep };
  }
}

const addMisses = (
  into: Collector,
  { servers, perStep }: CacheMisses['steady'],
  costs: MissCosts,
): void => {
  costs.slice(0, servers).forEach(({ name, first, streamed }, server) => {
    const column = into.column(name);
    let at = server * 2;
    for (let s = 0; s < column.length; s++) {
      const cycles = (perStep[at] as number) * first + (perStep[at + 1] as number) * streamed;
      column[s] = (column[s] as number) + cycles;
      at += servers * 2;
    }
  });
};

const addRegions = (
  into: Collector,
  lowered: Lowered,
  memory: MemorySystem,
  end: StallEnd,
): void => {
  if (memory.placement === null) return;
  const ofKind = waitingRegions(memory, end);
  if (ofKind.every((region) => region === null)) return;
  const { ends, kind, count, kinds } = slotAccessesOf(lowered);
  const { perBlock } = stepTableOf(lowered);
  const inOrderOfUse = new Set(kinds.map((k) => ofKind[k]));
  for (const region of inOrderOfUse) {
    if (region == null) continue;
    const column = into.column(region.name);
    const wait = region.waitCycles[end];
    const here = ofKind.map((other) => other === region);
    let entry = 0;
    for (let s = 0; s < column.length; s++) {
      let cycles = 0;
      for (; entry < (ends[s] as number); entry++) {
        if (here[kind[entry] as number]) cycles += (count[entry] as number) * wait;
      }
      column[s] = (column[s] as number) + cycles * (perBlock[s] as number);
    }
  }
};

const addCode = (into: Collector, lowered: Lowered, code: CodeWaits, end: StallEnd): void => {
  const fetches = code[end === 'worst' ? 'cold' : 'steady'];
  if (!fetches.some((count) => count > 0)) return;
  const column = into.column(code.name);
  const { perBlock } = stepTableOf(lowered);
  const each = code.cycles[end];
  for (let s = 0; s < column.length; s++) {
    column[s] = (column[s] as number) + (fetches[s] ?? 0) * each * (perBlock[s] as number);
  }
};

export interface StallInput {
  readonly lowered: Lowered;
  readonly core: CoreProfile;
  readonly memory: MemorySystem;
  readonly servers: readonly Server[];
  readonly misses: CacheMisses;
  /** Null where code never waits. */
  readonly code: CodeWaits | null;
}

/** Best: everything is where it is wanted when it is wanted. */
export const stallsOf = (input: StallInput, end: StallEnd, zeros: Zeros): Stalls => {
  const { lowered, core, memory, servers, misses, code } = input;
  const collector = new Collector(lowered.steps.length, zeros);
  const costs = missCostsOf(servers, core, memory, end);
  addMisses(collector, end === 'worst' ? misses.cold : misses.steady, costs);
  addRegions(collector, lowered, memory, end);
  if (code !== null) addCode(collector, lowered, code, end);
  return collector.stalls();
};
