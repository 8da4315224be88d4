/**
 * Writes a template as plain numbers, in one walk over its instructions: the text that `code-layout.ts` speaks
 * of, and what its time has beside a simulation.
 */
import type { Address, CostOnly, Instruction } from '../../kernel/instruction.ts';
import type { Node, Template } from '../../kernel/template.ts';
import type { Figure } from '../../units/figure.ts';
import { type Range, scaleRange } from '../../units/range.ts';
import type { Term } from './closed-form-terms.ts';
import {
  arithmetic,
  atAccumulator,
  atBody,
  atBodyEnd,
  atFirstTerm,
  atFlags,
  atLists,
  atLoop,
  atLoopBranches,
  atNext,
  atOperation,
  atRegisters,
  atSources,
  atTargets,
  atTrips,
  frontEnd,
  isBranch,
  isCall,
  isChained,
  isCost,
  isFloat,
  isGuess,
  isJump,
  isLoad,
  isStore,
  isTaken,
  loadStore,
  loopMark,
  shareWords,
  surelyWrong,
} from './code-layout.ts';
import {
  families,
  operationCount,
  operationIndex,
  operationNames,
  operationOf,
  widths,
} from './operation.ts';

const causeOfFamily = { fp: arithmetic, load: loadStore, store: loadStore, int: frontEnd } as const;

/** What an operation is, whatever the instruction: its cause and whether it is floating point. */
const flagsOfOperation = Int32Array.from({ length: operationCount }, (_, operation) => {
  const name = operationNames[Math.floor(operation / widths.length)];
  const family = name === undefined ? 'int' : families[name];
  return causeOfFamily[family] | (family === 'fp' ? isFloat : 0);
});

/** Of the branches of overhead, those that are taken: the closers of loops are beside them. */
const takenShare: Figure = {
  value: 0.45,
  low: 0.34,
  high: 0.65,
  kind: 'measured',
  source: 'traces of NAM Core and NeuralAudio, GCC 12.2 for AArch64, less the closers of our loops',
};

const branchOperation = operationIndex('branch', 's');

/** A library call is a call and a return. */
const timesOf = (node: CostOnly): number =>
  node.kind === 'libraryCall' ? node.count * 2 : node.count;

type MemoryInstruction = Extract<Instruction, { op: 'load' | 'store' }>;

/** Writes one template. The words are in memory that the next one uses again. */
export class TemplateText {
  words: Int32Array = new Int32Array(1 << 14);
  length = 0;
  /** In the order of the text. */
  terms: Term[] = [];
  /** Lanes of the widest instruction. */
  lanes = 1;
  /** Branches executed so far, and how much of a taken one those of overhead have left over. */
  private branches = 0;
  private taken = 0;

  write(template: Template): void {
    this.length = 0;
    this.terms = [];
    this.lanes = 1;
    this.branches = 0;
    this.taken = 0.5;
    this.nodes(template.body, 1);
  }

  /** Room for so many words more. */
  private reserve(count: number): void {
    if (this.length + count <= this.words.length) return;
    const longer = new Int32Array(2 * (this.length + count));
    longer.set(this.words);
    this.words = longer;
  }

  private nodes(list: readonly Node[], times: number): void {
    for (const node of list) {
      if (node.op === 'loop') {
        this.terms.push({ kind: 'loop', trips: node.trips, times });
        if (node.trips > 0) this.loop(node.loop, node.trips, node.body, times);
      } else if (node.op === 'cost') {
        this.cost(node);
        if (node.mispredict) {
          const mispredicts = scaleRange(node.mispredict, times * node.count);
          this.terms.push({ kind: 'branch', mispredicts });
        }
      } else this.op(node, times);
    }
  }

  private loop(loop: number, trips: number, body: readonly Node[], times: number): void {
    const start = this.length;
    this.reserve(atBody);
    this.length += atBody;
    const before = this.branches;
    this.nodes(body, times * trips);
    const inside = this.branches - before;
    this.branches = before + trips * inside;
    const { words, length } = this;
    words[start] = loopMark;
    words[start + atNext] = length;
    words[start + atLoop] = loop;
    words[start + atTrips] = trips;
    words[start + atBodyEnd] = length;
    words[start + atLoopBranches] = inside;
  }

  /** The words of an operation before its registers, of which and of its address there are so many. */
  private head(
    operation: number,
    flags: number,
    moved: number,
    accumulator: number,
    sources: number,
    targets: number,
    addressWords = 0,
  ): void {
    const start = this.length;
    const length = atLists + sources + targets + addressWords;
    this.reserve(length);
    const { words } = this;
    words[start + atOperation] = operation;
    words[start + atNext] = start + length;
    words[start + atFlags] = (flagsOfOperation[operation] as number) | flags;
    words[start + atRegisters] = moved;
    words[start + atAccumulator] = accumulator;
    words[start + atSources] = sources;
    words[start + atTargets] = targets;
    this.length = start + atLists;
  }

  private cost(node: CostOnly): void {
    const { kind } = node;
    const chained = node.chained ? isChained : 0;
    const operation = operationOf(node);
    if (kind !== 'branch') {
      const calls = kind === 'libraryCall' ? isTaken | isCall : 0;
      this.head(operation, isCost | chained | calls, timesOf(node), -1, 0, 0);
      return;
    }
    this.branches += node.count;
    if (node.mispredict) this.guess(node, node.mispredict);
    else {
      const taken = this.takenOf(node.count, node.taken);
      const flags = isCost | chained | isBranch;
      if (taken < node.count) this.head(operation, flags, node.count - taken, -1, 0, 0);
      if (taken > 0) this.head(operation, flags | isJump, taken, -1, 0, 0);
    }
  }

  /** How often a guess is wrong, at each corner. */
  private shares({ best, expected, worst }: Range): void {
    for (const share of [best, expected, worst]) {
      this.words[this.length++] = Math.round(share * surelyWrong);
    }
  }

  /** How many of so many branches of overhead are taken. */
  private takenOf(count: number, share: number = takenShare.value): number {
    this.taken += count * share;
    const whole = Math.floor(this.taken);
    this.taken -= whole;
    return whole;
  }

  private guess({ count, on = -1 }: CostOnly, share: Range): void {
    for (let i = 0; i < count; i++) {
      this.head(branchOperation, isGuess, 1, -1, on < 0 ? 0 : 1, 0, shareWords);
      if (on >= 0) this.words[this.length++] = on;
      this.shares(share);
    }
  }

  private memory(node: MemoryInstruction, flags: number, registers: readonly number[]): void {
    const { at, lanes } = node;
    const count = registers.length;
    // What goes through the integer side goes at once: a line that is cleared is one store.
    const moved = node.general ? 1 : Math.max(1, count);
    const words = atFirstTerm + 2 * at.terms.length;
    const [sources, targets] = node.op === 'load' ? [0, count] : [count, 0];
    this.head(operationOf(node), flags, moved, -1, sources, targets, words);
    for (const register of registers) this.words[this.length++] = register;
    this.address(at, node.op === 'load' && node.form === 'dup' ? 1 : Math.max(1, count) * lanes);
  }

  private address({ slot, offset, terms }: Address, floats: number): void {
    const { words } = this;
    words[this.length++] = slot;
    words[this.length++] = offset;
    words[this.length++] = floats;
    words[this.length++] = terms.length;
    for (const { loop, stride } of terms) {
      words[this.length++] = loop;
      words[this.length++] = stride;
    }
  }

  private op(node: Exclude<Instruction, CostOnly>, times: number): void {
    if (node.op !== 'call' && node.lanes > this.lanes) this.lanes = node.lanes;
    switch (node.op) {
      case 'load':
        this.memory(node, isLoad, node.dst);
        return;
      case 'store':
        this.memory(node, isStore, node.src);
        return;
      case 'fma':
        this.value(node, node.dst, node.a, node.b, -1, node.c);
        return;
      case 'binary':
      case 'shuffle':
        this.value(node, node.dst, node.a, node.b);
        return;
      case 'unary':
        // A move onto itself stands for a rearrangement without a value: it takes its port, no chain.
        this.value(node, node.dst, node.dst === node.a ? -1 : node.a);
        return;
      case 'convert':
        this.value(node, node.dst, node.a);
        return;
      case 'const':
        this.value(node, node.dst);
        return;
      case 'bits':
        this.value(node, node.dst, node.a, 'register' in node.b ? node.b.register : -1);
        return;
      case 'call':
        this.terms.push({ kind: 'call', fn: node.fn, times });
        this.value(node, node.dst, node.a);
        return;
      case 'select':
        if (node.jump === undefined) this.value(node, node.dst, node.mask, node.a, node.b);
        else {
          this.terms.push({
            kind: 'branch',
            mispredicts: scaleRange(node.jump.mispredict, times),
          });
          this.choice(node, node.jump.mispredict);
        }
    }
  }

  /** A value chosen by a branch, which alone waits for the mask. */
  private choice({ dst, mask, a, b }: Extract<Instruction, { op: 'select' }>, share: Range): void {
    this.branches++;
    this.head(branchOperation, isGuess, 1, -1, 3, 1, shareWords);
    const { words } = this;
    for (const register of [mask, a, b, dst]) words[this.length++] = register;
    this.shares(share);
  }

  /** An instruction that makes a value of up to three others, as a pipeline waits for them; -1: none. */
  private value(node: Instruction, target: number, a = -1, b = -1, c = -1, accumulator = -1): void {
    const sources = (a < 0 ? 0 : 1) + (b < 0 ? 0 : 1) + (c < 0 ? 0 : 1);
    const taken = node.op === 'call' ? isTaken | isCall : 0;
    this.head(operationOf(node), taken, 1, accumulator, sources, 1);
    const { words } = this;
    if (a >= 0) words[this.length++] = a;
    if (b >= 0) words[this.length++] = b;
    if (c >= 0) words[this.length++] = c;
    words[this.length++] = target;
  }
}
