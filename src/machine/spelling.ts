/**
 * Spells a template for simulation: its loop nest as plain numbers in one list, as `code-layout.ts` says,
 * registers numbered by their first use.
 */
import type { Address, CostOnly, Instruction } from '../kernel/instruction.ts';
import type { Node, Template } from '../kernel/template.ts';
import {
  arithmetic,
  atAccumulator,
  atBody,
  atBodyEnd,
  atFlags,
  atLists,
  atLoop,
  atLoopTracked,
  atNext,
  atOperation,
  atRegisters,
  atSources,
  atTargets,
  atTrips,
  frontEnd,
  isFloat,
  isLoad,
  isStore,
  isTaken,
  isTracked,
  loadStore,
  loopMark,
} from './code-layout.ts';
import { none, sourcesOf, targetsOf } from './operands.ts';
import { families, operationCount, operationNames, operationOf, widths } from './operation.ts';

const causeOfFamily = { fp: arithmetic, load: loadStore, store: loadStore, int: frontEnd } as const;

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

/** A cost-only instruction of a run, and where it comes in it, from 0 to 1. */
interface Placed {
  readonly at: number;
  readonly order: number;
  readonly node: CostOnly;
  readonly operation: number;
  readonly chain: number;
}

/** A library call is a call and a return. */
const timesOf = (node: CostOnly): number =>
  node.kind === 'libraryCall' ? node.count * 2 : node.count;

/** Spells one template. The words are in memory that the next one uses again. */
export class Spelling {
  words: Int32Array = new Int32Array(1 << 14);
  length = 0;
  registers = 0;
  size = 0;
  /** Flags of all operations. */
  flags = 0;
  private readonly seen = new Uint8Array(operationCount);
  private readonly both = new Set<number>();
  /** Numbers of the template's registers; those of chains come after them. */
  private readonly numbers: number[] = [];
  /** The last loop that a register was found in. */
  private foundIn = new Int32Array(1 << 10);
  private loops = 0;

  spell(template: Template): void {
    const read = new Set<number>();
    const written = new Set<number>();
    slotsBothWays(template.body, read, written);
    this.both.clear();
    for (const slot of read) if (written.has(slot)) this.both.add(slot);
    this.length = 0;
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

  /** Room for so many words more. */
  private reserve(count: number): void {
    if (this.length + count <= this.words.length) return;
    const longer = new Int32Array(2 * (this.length + count));
    longer.set(this.words);
    this.words = longer;
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
    this.reserve(4 + 2 * at.terms.length);
    const { words } = this;
    words[this.length++] = at.slot;
    words[this.length++] = at.offset;
    words[this.length++] = floats;
    words[this.length++] = at.terms.length;
    for (const { loop, stride } of at.terms) {
      words[this.length++] = loop;
      words[this.length++] = stride;
    }
  }

  /** An operation that uses these registers, without its address. */
  private plain(
    operation: number,
    flags: number,
    moved: number,
    accumulator: number,
    sources: readonly number[],
    targets: readonly number[],
  ): void {
    const start = this.length;
    const length = atLists + sources.length + targets.length;
    this.reserve(length);
    const { words } = this;
    words[start + atOperation] = operation;
    words[start + atNext] = start + length;
    words[start + atFlags] = flags;
    words[start + atRegisters] = moved;
    words[start + atAccumulator] = accumulator < 0 ? -1 : this.number(accumulator);
    words[start + atSources] = sources.length;
    words[start + atTargets] = targets.length;
    let at = start + atLists;
    for (let i = 0; i < sources.length; i++) words[at++] = this.number(sources[i] as number);
    for (let i = 0; i < targets.length; i++) words[at++] = this.number(targets[i] as number);
    this.length = at;
    this.flags |= flags;
    this.seen[operation] = 1;
  }

  private op(node: Instruction): void {
    const operation = operationOf(node);
    let flags = flagsOfOperation[operation] as number;
    if (node.op === 'call') flags |= isTaken;
    const accumulator = node.op === 'fma' ? node.c : -1;
    if (node.op !== 'load' && node.op !== 'store') {
      this.plain(operation, flags, 1, accumulator, sourcesOf(node), targetsOf(node));
      return;
    }
    const moved = Math.max(1, node.op === 'load' ? node.dst.length : node.src.length);
    flags |= node.op === 'load' ? isLoad : isStore;
    const tracked = this.both.has(node.at.slot);
    if (tracked) flags |= isTracked;
    const start = this.length;
    this.plain(operation, flags, moved, accumulator, sourcesOf(node), targetsOf(node));
    // Where an operation goes in memory matters only if a load may wait for a store there.
    if (!tracked) return;
    const one = node.op === 'load' && node.form === 'dup' ? 1 : node.lanes;
    this.address(node.at, moved * one);
    this.words[start + atNext] = this.length;
  }

  /** `chain`: the register through which these depend on each other; -1: none. */
  private cost(operation: number, taken: boolean, chain: number): void {
    const flags = (flagsOfOperation[operation] as number) | (taken ? isTaken : 0);
    const registers = chain < 0 ? none : [chain];
    this.plain(operation, flags, 1, -1, registers, registers);
  }

  /** A run of cost-only instructions, spread evenly among one another as compiled code mixes them. */
  private costs(run: readonly CostOnly[], last: boolean): void {
    const placed: Placed[] = [];
    run.forEach((node, order) => {
      const count = timesOf(node);
      const operation = operationOf(node);
      const chain = node.chained ? this.numbers.push(-1) - 1 : -1;
      this.size += count;
      for (let i = 0; i < count; i++) {
        placed.push({ at: (i + 0.5) / count, order, node, operation, chain });
      }
    });
    if (run.length > 1) placed.sort((a, b) => a.at - b.at || a.order - b.order);
    // A loop ends with its branch back.
    const final = run.at(-1);
    const back = last && final?.kind === 'branch' ? operationOf(final) : -1;
    const index = back < 0 ? -1 : placed.findLastIndex((p) => p.operation === back);
    if (index >= 0) placed.splice(index, 1);
    for (const { node, operation, chain } of placed) {
      this.cost(operation, node.kind === 'libraryCall', chain);
    }
    if (back < 0) return;
    this.cost(back, true, -1);
    this.size++;
  }

  private find(register: number): void {
    if (register < 0) return;
    if (register >= this.foundIn.length) {
      const longer = new Int32Array(register * 2);
      longer.set(this.foundIn);
      this.foundIn = longer;
    }
    this.foundIn[register] = this.loops;
  }

  /** Adds how many registers the code from `start` on uses, and which. */
  private used(start: number): void {
    this.loops++;
    const end = this.length;
    const word = (at: number): number => this.words[at] as number;
    for (let at = start; at < end; at = word(at + atNext)) {
      const isLoop = word(at) === loopMark;
      const list = isLoop ? word(at + atBodyEnd) + 1 : at + atLists;
      const count = isLoop ? word(list - 1) : word(at + atSources) + word(at + atTargets);
      for (let i = 0; i < count; i++) this.find(word(list + i));
      if (!isLoop) this.find(word(at + atAccumulator));
    }
    this.reserve(1 + this.registers);
    this.length++;
    for (let r = 0; r < this.registers; r++) {
      if (this.foundIn[r] === this.loops) this.words[this.length++] = r;
    }
    this.words[end] = this.length - end - 1;
  }

  private loop(loop: number, trips: number, body: readonly Node[]): void {
    const start = this.length;
    this.reserve(atBody);
    this.words[start] = loopMark;
    this.words[start + atLoop] = loop;
    this.words[start + atTrips] = trips;
    this.length = start + atBody;
    const outer = this.flags;
    this.flags = 0;
    this.nodes(body, true);
    this.words[start + atLoopTracked] = (this.flags & isTracked) === 0 ? 0 : 1;
    this.words[start + atBodyEnd] = this.length;
    this.used(start + atBody);
    this.words[start + atNext] = this.length;
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
        this.op(node);
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
