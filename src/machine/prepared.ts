/**
 * A template made ready for simulation: its loop nest as plain numbers in one list, registers numbered
 * by their first use. Built once per template, whatever the core; templates that are spelled alike share it.
 */
import type { Address, CostOnly, Instruction } from '../kernel/instruction.ts';
import type { Node, Template } from '../kernel/template.ts';
import {
  arithmetic,
  atAccumulator,
  atBody,
  atBodyEnd,
  atLists,
  atLoopTracked,
  atNext,
  atSources,
  atTargets,
  frontEnd,
  isFloat,
  isLoad,
  isStore,
  isTaken,
  isTracked,
  loadStore,
  loopMark,
} from './code-layout.ts';
import { families, operationCount, operationNames, operationOf, widths } from './operation.ts';

const causeOfFamily = { fp: arithmetic, load: loadStore, store: loadStore, int: frontEnd } as const;

export interface Prepared {
  /** Operations and loops, one after another, as `code-layout.ts` says. */
  readonly code: Int32Array;
  readonly registerCount: number;
  readonly loopCount: number;
  /** Operations in the text (each once), to judge the length of a run. */
  readonly size: number;
  /** What decides between cores: each operation once, and whether branches or stored values matter. */
  readonly operations: readonly number[];
  readonly taken: boolean;
  readonly tracked: boolean;
}

/** What an operation is, whatever the instruction: its cause and whether it is floating point. */
const flagsOfOperation = Int32Array.from({ length: operationCount }, (_, operation) => {
  const name = operationNames[Math.floor(operation / widths.length)];
  const family = name === undefined ? 'int' : families[name];
  return causeOfFamily[family] | (family === 'fp' ? isFloat : 0);
});

const slotsBothWays = (nodes: readonly Node[], read: Set<number>, written: Set<number>): void => {
  for (const node of nodes) {
    if (node.op === 'loop') slotsBothWays(node.body, read, written);
    else if (node.op === 'load') read.add(node.at.slot);
    else if (node.op === 'store') written.add(node.at.slot);
  }
};

const none: readonly number[] = [];

const sourcesOf = (node: Instruction): readonly number[] => {
  switch (node.op) {
    case 'store':
      return node.src;
    case 'fma':
    case 'binary':
    case 'shuffle':
      return [node.a, node.b];
    case 'unary':
      // A move onto itself stands for a rearrangement without a value: it takes its port, no chain.
      return node.dst === node.a ? none : [node.a];
    case 'convert':
    case 'call':
      return [node.a];
    case 'select':
      return node.jump ? [node.a, node.b] : [node.mask, node.a, node.b];
    case 'bits':
      return 'register' in node.b ? [node.a, node.b.register] : [node.a];
    case 'load':
    case 'const':
    case 'cost':
      return none;
  }
};

const targetsOf = (node: Instruction): readonly number[] => {
  if (node.op === 'load') return node.dst;
  return node.op === 'store' || node.op === 'cost' ? none : [node.dst];
};

/** Spells one template. The words are in memory that the next one uses again. */
class Spelling {
  readonly words: number[] = [];
  registers = 0;
  size = 0;
  /** Flags of all operations. */
  flags = 0;
  private readonly seen = new Uint8Array(operationCount);
  private readonly both = new Set<number>();
  /** Numbers of the template's registers; those of chains come after them. */
  private readonly numbers: number[] = [];

  spell(template: Template): void {
    const read = new Set<number>();
    const written = new Set<number>();
    slotsBothWays(template.body, read, written);
    this.both.clear();
    for (const slot of read) if (written.has(slot)) this.both.add(slot);
    this.words.length = 0;
    this.registers = 0;
    this.size = 0;
    this.flags = 0;
    this.seen.fill(0);
    this.numbers.length = 0;
    for (let r = 0; r < template.registerCount; r++) this.numbers.push(-1);
    this.nodes(template.body, false);
  }

  operations(): number[] {
    const list: number[] = [];
    this.seen.forEach((seen, operation) => {
      if (seen === 1) list.push(operation);
    });
    return list;
  }

  private number(register: number): number {
    // Every register of the template has a place.
    const known = this.numbers[register] as number;
    if (known >= 0) return known;
    const number = this.registers++;
    this.numbers[register] = number;
    return number;
  }

  private address(at: Address, floats: number): void {
    const { words } = this;
    words.push(at.slot, at.offset, floats, at.terms.length);
    for (const { loop, stride } of at.terms) words.push(loop, stride);
  }

  /** `chain`: the register through which cost-only instructions depend on each other; -1: none. */
  private op(node: Instruction, operation: number, taken: boolean, chain: number): void {
    const { words } = this;
    const start = words.length;
    const sources = chain < 0 ? sourcesOf(node) : [chain];
    const targets = chain < 0 ? targetsOf(node) : [chain];
    let flags = (flagsOfOperation[operation] as number) | (taken ? isTaken : 0);
    let moved = 1;
    if (node.op === 'load' || node.op === 'store') {
      moved = Math.max(1, node.op === 'load' ? node.dst.length : node.src.length);
      flags |= node.op === 'load' ? isLoad : isStore;
      if (this.both.has(node.at.slot)) flags |= isTracked;
    }
    words.push(operation, 0, flags, moved, node.op === 'fma' ? this.number(node.c) : -1);
    words.push(sources.length, targets.length);
    for (const register of sources) words.push(this.number(register));
    for (const register of targets) words.push(this.number(register));
    // Where an operation goes in memory matters only if a load may wait for a store there.
    if ((flags & isTracked) !== 0 && (node.op === 'load' || node.op === 'store')) {
      const one = node.op === 'load' && node.form === 'dup' ? 1 : node.lanes;
      this.address(node.at, moved * one);
    }
    words[start + atNext] = words.length;
    this.flags |= flags;
    this.seen[operation] = 1;
  }

  /** A run of cost-only instructions, spread evenly among one another as compiled code mixes them. */
  private costs(run: readonly CostOnly[], last: boolean): void {
    const placed: { at: number; order: number; node: CostOnly; chain: number }[] = [];
    run.forEach((node, order) => {
      const count = node.kind === 'libraryCall' ? node.count * 2 : node.count;
      const chain = node.chained ? this.numbers.push(-1) - 1 : -1;
      this.size += count;
      for (let i = 0; i < count; i++) placed.push({ at: (i + 0.5) / count, order, node, chain });
    });
    placed.sort((a, b) => a.at - b.at || a.order - b.order);
    // A loop ends with its branch back.
    const final = run.at(-1);
    const back = last && final?.kind === 'branch' ? final : null;
    if (back !== null) {
      const operation = operationOf(back);
      const index = placed.findLastIndex((p) => operationOf(p.node) === operation);
      if (index >= 0) placed.splice(index, 1);
    }
    for (const { node, chain } of placed) {
      this.op(node, operationOf(node), node.kind === 'libraryCall', chain);
    }
    if (back === null) return;
    this.op(back, operationOf(back), true, -1);
    this.size++;
  }

  /** Adds how many registers the code from `start` on uses, and which. */
  private used(start: number): void {
    const { words } = this;
    const used = new Set<number>();
    const end = words.length;
    for (let at = start; at < end; at = words[at + atNext] as number) {
      if (words[at] === loopMark) {
        const list = words[at + atBodyEnd] as number;
        const count = words[list] as number;
        for (let i = 1; i <= count; i++) used.add(words[list + i] as number);
        continue;
      }
      const accumulator = words[at + atAccumulator] as number;
      if (accumulator >= 0) used.add(accumulator);
      const count = (words[at + atSources] as number) + (words[at + atTargets] as number);
      for (let i = 0; i < count; i++) used.add(words[at + atLists + i] as number);
    }
    words.push(used.size, ...[...used].sort((a, b) => a - b));
  }

  private loop(loop: number, trips: number, body: readonly Node[]): void {
    const { words } = this;
    const start = words.length;
    words.push(loopMark, 0, loop, trips, 0, 0);
    const outer = this.flags;
    this.flags = 0;
    this.nodes(body, true);
    words[start + atLoopTracked] = (this.flags & isTracked) === 0 ? 0 : 1;
    words[start + atBodyEnd] = words.length;
    this.used(start + atBody);
    words[start + atNext] = words.length;
    this.flags |= outer;
  }

  private nodes(list: readonly Node[], inLoop: boolean): void {
    for (let i = 0; i < list.length; i++) {
      const node = list[i];
      if (node === undefined) continue;
      if (node.op === 'loop') {
        if (node.trips > 0) this.loop(node.loop, node.trips, node.body);
        continue;
      }
      if (node.op !== 'cost') {
        this.op(node, operationOf(node), node.op === 'call', -1);
        this.size++;
        continue;
      }
      const run: CostOnly[] = [];
      for (let next: Node | undefined = node; next?.op === 'cost'; next = list[++i]) run.push(next);
      this.costs(run, inLoop && i >= list.length);
      i--;
    }
  }
}

const hashOf = (words: readonly number[]): number => {
  let hash = words.length;
  for (let i = 0; i < words.length; i++) hash = (Math.imul(hash, 31) + (words[i] as number)) | 0;
  return hash;
};

const isSpelled = (code: Int32Array, words: readonly number[]): boolean => {
  if (code.length !== words.length) return false;
  for (let i = 0; i < code.length; i++) if (code[i] !== words[i]) return false;
  return true;
};

const spelling = new Spelling();

/** Everything that was prepared, by the hash of its spelling. */
const spelled = new Map<number, Prepared[]>();

const known = new WeakMap<Template, Prepared>();

export const prepare = (template: Template): Prepared => {
  const memo = known.get(template);
  if (memo) return memo;
  spelling.spell(template);
  const { words } = spelling;
  const hash = hashOf(words);
  const alike = spelled.get(hash) ?? [];
  spelled.set(hash, alike);
  let prepared = alike.find((other) => isSpelled(other.code, words));
  if (prepared === undefined) {
    prepared = {
      code: Int32Array.from(words),
      registerCount: spelling.registers,
      loopCount: template.loopCount,
      size: spelling.size,
      operations: spelling.operations(),
      taken: (spelling.flags & isTaken) !== 0,
      tracked: (spelling.flags & isTracked) !== 0,
    };
    alike.push(prepared);
  }
  known.set(template, prepared);
  return prepared;
};
