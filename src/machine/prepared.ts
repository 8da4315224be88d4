/**
 * A template made ready for simulation: registers, addresses and operations as plain numbers. Built
 * once per template, whatever the core.
 */
import type { Address, CostOnly, Instruction } from '../kernel/instruction.ts';
import type { Node, Template } from '../kernel/template.ts';
import { families, operationNames, operationOf, widths } from './operation.ts';

/** Which limit an operation stands for when it waits for a port. */
export const arithmetic = 0;
export const loadStore = 1;
export const latency = 2;
export const frontEnd = 3;
export const causeCount = 4;

const causeOfFamily = { fp: arithmetic, load: loadStore, store: loadStore, int: frontEnd } as const;

export interface PreparedOp {
  readonly kind: 'op';
  /** Index into a core's tables. */
  readonly operation: number;
  readonly cause: number;
  readonly fp: boolean;
  readonly sources: readonly number[];
  /** The accumulator of a multiply-add, wanted late; -1: none. */
  readonly accumulator: number;
  readonly targets: readonly number[];
  /** Registers moved by a memory instruction; 1 else. */
  readonly registers: number;
  readonly memory: 'none' | 'load' | 'store';
  readonly slot: number;
  readonly offset: number;
  readonly loops: readonly number[];
  readonly strides: readonly number[];
  /** Consecutive floats that it touches. */
  readonly floats: number;
  /** Its slot is both read and written, so that a load may wait for a store. */
  readonly tracked: boolean;
  /** A branch that goes back (or into a function). */
  readonly taken: boolean;
}

export interface PreparedLoop {
  readonly kind: 'loop';
  readonly loop: number;
  readonly trips: number;
  readonly body: readonly PreparedNode[];
  /** A load in it may wait for a store. */
  readonly tracked: boolean;
}

export type PreparedNode = PreparedLoop | PreparedOp;

export interface Prepared {
  /** The same object for all templates that differ in nothing but names and in strides that no wait depends on. */
  readonly kin: object;
  readonly body: readonly PreparedNode[];
  readonly registerCount: number;
  readonly loopCount: number;
  /** Operations in the text (each once), to judge the length of a run. */
  readonly size: number;
  /** What decides between cores: each operation once, and whether branches or stored values matter. */
  readonly operations: readonly number[];
  readonly taken: boolean;
  readonly tracked: boolean;
}

const slotsBothWays = (nodes: readonly Node[], read: Set<number>, written: Set<number>): void => {
  for (const node of nodes) {
    if (node.op === 'loop') slotsBothWays(node.body, read, written);
    else if (node.op === 'load') read.add(node.at.slot);
    else if (node.op === 'store') written.add(node.at.slot);
  }
};

const nowhere: Address = { slot: 0, offset: 0, terms: [] };

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
      return node.dst === node.a ? [] : [node.a];
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
      return [];
  }
};

class Preparation {
  readonly both: ReadonlySet<number>;
  registers: number;
  size = 0;

  constructor(template: Template) {
    const read = new Set<number>();
    const written = new Set<number>();
    slotsBothWays(template.body, read, written);
    this.both = new Set([...read].filter((slot) => written.has(slot)));
    this.registers = template.registerCount;
  }

  op(node: Instruction, taken: boolean, chain = -1): PreparedOp {
    const operation = operationOf(node);
    const name = operationNames[Math.floor(operation / widths.length)];
    // operationOf only makes indices of the table.
    const family = name === undefined ? 'int' : families[name];
    const memory = node.op === 'load' || node.op === 'store' ? node.op : 'none';
    const at = node.op === 'load' || node.op === 'store' ? node.at : nowhere;
    const moved = node.op === 'load' ? node.dst : node.op === 'store' ? node.src : [];
    const lanes = 'lanes' in node ? node.lanes : 1;
    const one = node.op === 'load' && node.form === 'dup' ? 1 : lanes;
    const target =
      node.op === 'load'
        ? node.dst
        : 'dst' in node && typeof node.dst === 'number'
          ? [node.dst]
          : [];
    this.size++;
    return {
      kind: 'op',
      operation,
      cause: causeOfFamily[family],
      fp: family === 'fp',
      sources: chain < 0 ? sourcesOf(node) : [chain],
      accumulator: node.op === 'fma' ? node.c : -1,
      targets: chain < 0 ? target : [chain],
      registers: Math.max(1, moved.length),
      memory,
      slot: at.slot,
      offset: at.offset,
      loops: at.terms.map((term) => term.loop),
      strides: at.terms.map((term) => term.stride),
      floats: Math.max(1, moved.length) * one,
      tracked: memory !== 'none' && this.both.has(at.slot),
      taken,
    };
  }

  /** A run of cost-only instructions, spread evenly among one another as compiled code mixes them. */
  costs(run: readonly CostOnly[], last: boolean): PreparedOp[] {
    const placed: { at: number; order: number; op: PreparedOp }[] = [];
    run.forEach((node, order) => {
      const count = node.kind === 'libraryCall' ? node.count * 2 : node.count;
      const chain = node.chained ? this.registers++ : -1;
      const taken = node.kind === 'libraryCall';
      const op = this.op(node, taken, chain);
      this.size += count - 1;
      for (let i = 0; i < count; i++) placed.push({ at: (i + 0.5) / count, order, op });
    });
    placed.sort((a, b) => a.at - b.at || a.order - b.order);
    const ops = placed.map((p) => p.op);
    // A loop ends with its branch back.
    const final = run.at(-1);
    if (last && final?.kind === 'branch') {
      const index = ops.findLastIndex((op) => op.operation === operationOf(final));
      if (index >= 0) ops.splice(index, 1);
      ops.push(this.op(final, true));
    }
    return ops;
  }

  nodes(list: readonly Node[], inLoop: boolean): PreparedNode[] {
    const out: PreparedNode[] = [];
    for (let i = 0; i < list.length; i++) {
      const node = list[i];
      if (node === undefined) continue;
      if (node.op === 'loop') {
        const { loop, trips } = node;
        if (trips === 0) continue;
        const body = this.nodes(node.body, true);
        const tracked = body.some((child) => child.tracked);
        out.push({ kind: 'loop', loop, trips, body, tracked });
        continue;
      }
      if (node.op !== 'cost') {
        out.push(this.op(node, node.op === 'call'));
        continue;
      }
      const run: CostOnly[] = [];
      for (let next: Node | undefined = node; next?.op === 'cost'; next = list[++i]) run.push(next);
      out.push(...this.costs(run, inLoop && i >= list.length));
      i--;
    }
    return out;
  }
}

/** Gives registers numbers in the order of their first use, so that names make no difference. */
class Spelling {
  readonly numbers: number[] = [];
  private readonly registers = new Map<number, number>();

  nodes(nodes: readonly PreparedNode[]): void {
    const { numbers } = this;
    numbers.push(nodes.length);
    for (const node of nodes) {
      if (node.kind === 'loop') {
        numbers.push(-1, node.loop, node.trips);
        this.nodes(node.body);
        continue;
      }
      numbers.push(
        node.operation,
        node.registers,
        node.taken ? 1 : 0,
        this.register(node.accumulator),
      );
      this.list(node.sources);
      this.list(node.targets);
      // Where an operation goes in memory matters only if a load may wait for a store there.
      if (!node.tracked) continue;
      numbers.push(-2, node.slot, node.offset, node.floats, node.loops.length);
      for (const loop of node.loops) numbers.push(loop);
      for (const stride of node.strides) numbers.push(stride);
    }
  }

  private list(registers: readonly number[]): void {
    this.numbers.push(registers.length);
    for (const register of registers) this.numbers.push(this.register(register));
  }

  private register(register: number): number {
    if (register < 0) return -1;
    const known = this.registers.get(register) ?? this.registers.size;
    this.registers.set(register, known);
    return known;
  }
}

const hashOf = (numbers: readonly number[]): number => {
  let hash = numbers.length;
  for (const number of numbers) hash = (Math.imul(hash, 31) + number) | 0;
  return hash;
};

/** What stays of a template: its spelling, so that others are known to be like it. */
interface Spelled {
  readonly numbers: Int32Array;
}

/** Everything that was prepared, by the hash of its spelling. */
const spelled = new Map<number, Spelled[]>();

const isSpelled = (known: Int32Array, numbers: readonly number[]): boolean => {
  if (known.length !== numbers.length) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== numbers[i]) return false;
  return true;
};

const addOperations = (nodes: readonly PreparedNode[], seen: Map<number, PreparedOp>): void => {
  for (const node of nodes) {
    if (node.kind === 'loop') addOperations(node.body, seen);
    else seen.set(node.operation, node);
  }
};

const some = (nodes: readonly PreparedNode[], is: (op: PreparedOp) => boolean): boolean =>
  nodes.some((node) => (node.kind === 'loop' ? some(node.body, is) : is(node)));

const known = new WeakMap<Template, Prepared>();

/** One entry for all that are spelled alike. */
const kinOf = (numbers: readonly number[]): Spelled => {
  const hash = hashOf(numbers);
  const alike = spelled.get(hash) ?? [];
  spelled.set(hash, alike);
  const twin = alike.find((entry) => isSpelled(entry.numbers, numbers));
  if (twin !== undefined) return twin;
  const made = { numbers: Int32Array.from(numbers) };
  alike.push(made);
  return made;
};

export const prepare = (template: Template): Prepared => {
  const memo = known.get(template);
  if (memo) return memo;
  const preparation = new Preparation(template);
  const body = preparation.nodes(template.body, false);
  const spelling = new Spelling();
  spelling.nodes(body);
  const operations = new Map<number, PreparedOp>();
  addOperations(body, operations);
  const result: Prepared = {
    kin: kinOf(spelling.numbers),
    body,
    registerCount: preparation.registers,
    loopCount: template.loopCount,
    size: preparation.size,
    operations: [...operations.keys()],
    taken: some(body, (op) => op.taken),
    tracked: some(body, (op) => op.tracked),
  };
  known.set(template, result);
  return result;
};
