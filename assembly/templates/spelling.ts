/**
 * Spells a template for simulation (`code-layout.ts`): registers numbered by their first use, cost-only
 * instructions one by one, addresses only where a load may wait for a store.
 */
import {
  atAccumulator,
  atBody,
  atBodyEnd,
  atFirstTerm,
  atFlags,
  atLists,
  atLoop,
  atLoopBranches,
  atLoopTracked,
  atNext,
  atOperation,
  atRegisters,
  atSources,
  atTargets,
  atTerms,
  atTrips,
  isBranch,
  isChained,
  isCost,
  isGuess,
  isStore,
  isTaken,
  isTracked,
  loopMark,
  shareWords,
} from '../../src/machine/pipeline/code-layout';
import { roomForWords } from '../lists';
import { addressOf, isMemory, registers, slots, text, textLength } from './text';

/** The code, and what is known of all of it. */
export let code = new StaticArray<i32>(1 << 14);
export let codeLength: i32 = 0;
export let numbered: i32 = 0;
export let size: i32 = 0;
export let flagsOfAll: i32 = 0;
/** 1 for each operation that occurs. */
export const occurs = new StaticArray<i32>(1 << 10);

/** Of each slot: 1 where it is read, 2 where it is written. */
let uses = new StaticArray<i32>(1 << 6);
const both: i32 = 3;

/** Numbers of the template's registers, -1 before their first use; those of chains come after them. */
let numbers = new StaticArray<i32>(1 << 10);
let numberCount: i32 = 0;

/** The last loop in which a register was found. */
let foundIn = new StaticArray<i32>(1 << 10);
let found: i32 = 0;

/** A run of cost-only instructions, spread: of each its operation, its flags and its chain. */
let placed = new StaticArray<i32>(3 << 8);
let placedCount: i32 = 0;
const placedWords: i32 = 3;
/** Of each instruction of a run: its place in the text, how many of its executions are placed, its chain. */
let pending = new StaticArray<i32>(3 << 6);
const pendingWords: i32 = 3;

function reserve(words: i32): void {
  code = roomForWords(code, codeLength + words);
}

function emit(word: i32): void {
  code[codeLength++] = word;
}

function newNumber(): i32 {
  numbers = roomForWords(numbers, numberCount + 1);
  numbers[numberCount] = -1;
  return numberCount++;
}

function numberOf(register: i32): i32 {
  if (numbers[register] < 0) numbers[register] = numbered++;
  return numbers[register];
}

function findUses(): void {
  uses = roomForWords(uses, slots);
  memory.fill(changetype<usize>(uses), 0, (<usize>slots) << 2);
  for (let at: i32 = 0; at < textLength; ) {
    if (text[at] === loopMark) {
      at += atBody;
      continue;
    }
    if (isMemory(at)) uses[text[addressOf(at)]] |= text[at + atFlags] & isStore ? 2 : 1;
    at = text[at + atNext];
  }
}

/** An operation whose registers are listed at `lists` in the text. */
function op(at: i32): void {
  const sources = text[at + atSources];
  const targets = text[at + atTargets];
  const start = codeLength;
  let flags = text[at + atFlags];
  const address = addressOf(at);
  const tracked = isMemory(at) && uses[text[address]] === both;
  if (tracked) flags |= isTracked;
  const guess = flags & isGuess ? shareWords : 0;
  const addressWords = tracked ? atFirstTerm + 2 * text[address + atTerms] : guess;
  const length = atLists + sources + targets + addressWords;
  reserve(length);
  const accumulator = text[at + atAccumulator];
  emit(text[at + atOperation]);
  emit(start + length);
  emit(flags);
  emit(text[at + atRegisters]);
  emit(accumulator < 0 ? -1 : numberOf(accumulator));
  emit(sources);
  emit(targets);
  for (let i = 0; i < sources + targets; i++) emit(numberOf(text[at + atLists + i]));
  for (let i = 0; i < addressWords; i++) emit(text[address + i]);
  flagsOfAll |= flags;
  occurs[text[at + atOperation]] = 1;
  size++;
}

/** `chain`: the register through which these depend on each other; -1: none. */
function cost(operation: i32, flags: i32, chain: i32): void {
  const lists = chain < 0 ? 0 : 1;
  const length = atLists + 2 * lists;
  const start = codeLength;
  reserve(length);
  emit(operation);
  emit(start + length);
  emit(flags);
  emit(1);
  emit(-1);
  emit(lists);
  emit(lists);
  if (lists === 1) {
    const number = numberOf(chain);
    emit(number);
    emit(number);
  }
  flagsOfAll |= flags;
  occurs[operation] = 1;
}

function place(at: i32, chain: i32): void {
  placed = roomForWords(placed, (placedCount + 1) * placedWords);
  const to = placedCount++ * placedWords;
  placed[to] = text[at + atOperation];
  placed[to + 1] = text[at + atFlags] & ~(isCost | isChained | isBranch);
  placed[to + 2] = chain;
}

const golden: f64 = 0.6180339887498949;

/** Where the next execution of an instruction of the run comes in it, from 0 to 1; 2: nowhere. */
function comes(i: i32): f64 {
  const at = pending[i * pendingWords];
  const count = text[at + atRegisters];
  const done = pending[i * pendingWords + 1];
  if (done >= count) return 2;
  // Straight stretches of compiled code are of all lengths; the golden ratio spreads them.
  const within = text[at + atFlags] & isBranch ? (0.5 + golden * <f64>done) % 1 : 0.5;
  return (<f64>done + within) / <f64>count;
}

/** Spreads the executions of a run of `count` instructions evenly among one another, as compiled code mixes them. */
function spread(from: i32, count: i32): void {
  pending = roomForWords(pending, count * pendingWords);
  placedCount = 0;
  let at = from;
  let all: i32 = 0;
  for (let i = 0; i < count; i++) {
    pending[i * pendingWords] = at;
    pending[i * pendingWords + 1] = 0;
    pending[i * pendingWords + 2] = text[at + atFlags] & isChained ? newNumber() : -1;
    all += text[at + atRegisters];
    at = text[at + atNext];
  }
  size += all;
  while (placedCount < all) {
    let next: i32 = 0;
    for (let i = 1; i < count; i++) if (comes(i) < comes(next)) next = i;
    const instruction = next * pendingWords;
    place(pending[instruction], pending[instruction + 2]);
    pending[instruction + 1]++;
  }
}

/** A run of cost-only instructions, the last of which is at `final`. `last`: a loop's body ends with it. */
function costs(from: i32, count: i32, final: i32, last: bool): void {
  spread(from, count);
  // A loop ends with its branch back.
  const back = last && text[final + atFlags] & isBranch ? text[final + atOperation] : -1;
  let left: i32 = -1;
  if (back >= 0) {
    left = placedCount - 1;
    while (left >= 0 && placed[left * placedWords] !== back) left--;
  }
  for (let i = 0; i < placedCount; i++) {
    const at = i * placedWords;
    if (i !== left) cost(placed[at], placed[at + 1], placed[at + 2]);
  }
  if (back < 0) return;
  const plain = text[final + atFlags] & ~(isCost | isChained | isBranch);
  cost(back, plain | isTaken, -1);
  size++;
}

/** Adds how many registers the code from `start` on uses, and which. */
function used(start: i32): void {
  found++;
  const end = codeLength;
  foundIn = roomForWords(foundIn, numbered);
  for (let at = start; at < end; at = code[at + atNext]) {
    const isLoop = code[at] === loopMark;
    const list = isLoop ? code[at + atBodyEnd] + 1 : at + atLists;
    const count = isLoop ? code[list - 1] : code[at + atSources] + code[at + atTargets];
    for (let i = 0; i < count; i++) foundIn[code[list + i]] = found;
    if (!isLoop && code[at + atAccumulator] >= 0) foundIn[code[at + atAccumulator]] = found;
  }
  reserve(1 + numbered);
  codeLength++;
  for (let r = 0; r < numbered; r++) if (foundIn[r] === found) emit(r);
  code[end] = codeLength - end - 1;
}

function loop(at: i32): void {
  const start = codeLength;
  reserve(atBody);
  codeLength += atBody;
  code[start] = loopMark;
  code[start + atLoop] = text[at + atLoop];
  code[start + atTrips] = text[at + atTrips];
  code[start + atLoopBranches] = text[at + atLoopBranches];
  const outer = flagsOfAll;
  flagsOfAll = 0;
  // The branch of a loop that runs once falls through.
  nodes(at + atBody, text[at + atNext], text[at + atTrips] > 1);
  code[start + atLoopTracked] = flagsOfAll & isTracked ? 1 : 0;
  code[start + atBodyEnd] = codeLength;
  used(start + atBody);
  code[start + atNext] = codeLength;
  flagsOfAll |= outer;
}

function nodes(from: i32, end: i32, inLoop: bool): void {
  let at = from;
  while (at < end) {
    if (text[at] === loopMark) loop(at);
    else if (text[at + atFlags] & isCost) {
      const first = at;
      let final = at;
      let count: i32 = 0;
      while (at < end && text[at] !== loopMark && text[at + atFlags] & isCost) {
        final = at;
        count++;
        at = text[at + atNext];
      }
      costs(first, count, final, inLoop && at >= end);
      continue;
    } else op(at);
    at = text[at + atNext];
  }
}

export function spell(): void {
  findUses();
  codeLength = 0;
  numbered = 0;
  size = 0;
  flagsOfAll = 0;
  memory.fill(changetype<usize>(occurs), 0, (<usize>occurs.length) << 2);
  numbers = roomForWords(numbers, registers);
  numberCount = registers;
  for (let r = 0; r < registers; r++) numbers[r] = -1;
  nodes(0, textLength, false);
}

/** Templates that are spelled alike have the same. */
export function hash(): i32 {
  let sum = codeLength;
  for (let i = 0; i < codeLength; i++) sum = sum * 31 + code[i];
  return sum;
}
