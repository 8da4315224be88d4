/**
 * Simulations that one thread asks for and that it and another one take, in memory that both share. Either takes
 * what nobody has taken; both find the same.
 */
import { causeCount } from '../machine/pipeline/code-layout.ts';
import type { Spelled } from '../machine/pipeline/prepared.ts';

/** More than thousands of rows ask for; what goes beyond is worked out where it is needed. */
const mostSimulations = 1 << 15;
/** Room for codes and cores, in words. Pages that nobody writes take no memory. */
const mostWords = 1 << 24;

/** The first words of `control`: how many simulations have been asked for, and whether no more will be. */
const atCount = 0;
const atEnd = 1;
/** Three words for each simulation follow: its state, where its core lies, and where its code. */
const head = 2;
const each = 3;

/** States. */
const open = 0;
const taken = 1;
const done = 2;

/** Cycles, and these by cause. */
const resultWords = 1 + causeCount;

export interface SharedMemory {
  readonly control: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  readonly results: SharedArrayBuffer;
}

export const newSharedMemory = (): SharedMemory => ({
  control: new SharedArrayBuffer(4 * (head + each * mostSimulations)),
  words: new SharedArrayBuffer(4 * mostWords),
  results: new SharedArrayBuffer(8 * resultWords * mostSimulations),
});

/** Only the thread that asks places lists, asks and ends; simulations are named by their number. */
export class Simulations {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #results: Float64Array;
  #used = 0;
  #count = 0;

  constructor({ control, words, results }: SharedMemory) {
    this.#control = new Int32Array(control);
    this.#words = new Int32Array(words);
    this.#results = new Float64Array(results);
  }

  /** Where it lies; null where it does not fit. */
  #place(before: readonly number[], list: Int32Array): number | null {
    const at = this.#used;
    const end = at + 1 + before.length + list.length;
    if (end > mostWords) return null;
    this.#words[at] = list.length;
    this.#words.set(before, at + 1);
    this.#words.set(list, at + 1 + before.length);
    this.#used = end;
    return at;
  }

  /** Where a core lies, for `ask`; null where it does not fit. */
  placeCore(core: Int32Array): number | null {
    return this.#place([], core);
  }

  /** Where a template's code lies, for `ask`; null where it does not fit. */
  placeCode({ code, registerCount, loopCount }: Spelled): number | null {
    return this.#place([registerCount, loopCount], code);
  }

  /** The number of the simulation; null where there are too many. */
  ask(coreAt: number, codeAt: number): number | null {
    if (this.#count === mostSimulations) return null;
    const simulation = this.#count++;
    const at = head + each * simulation;
    this.#control[at + 1] = coreAt;
    this.#control[at + 2] = codeAt;
    Atomics.store(this.#control, atCount, this.#count);
    Atomics.notify(this.#control, atCount);
    return simulation;
  }

  /** Nothing more will be asked. */
  end(): void {
    Atomics.store(this.#control, atEnd, 1);
    // Whoever waits for the count looks at the end, too.
    Atomics.add(this.#control, atCount, 1);
    Atomics.notify(this.#control, atCount);
  }

  /** Whether there is a simulation of this number; waits until there is one or will be none. */
  waitFor(simulation: number): boolean {
    for (;;) {
      const count = Atomics.load(this.#control, atCount);
      if (Atomics.load(this.#control, atEnd) === 1) return false;
      if (count > simulation) return true;
      Atomics.wait(this.#control, atCount, count);
    }
  }

  /** Whether it is the caller's to work out. */
  claim(simulation: number): boolean {
    const at = head + each * simulation;
    return Atomics.compareExchange(this.#control, at, open, taken) === open;
  }

  /** Where the core of a simulation lies and its code: two that are the same lie at the same place. */
  placesOf(simulation: number): { readonly core: number; readonly code: number } {
    const at = head + each * simulation;
    // In the bounds of what was asked.
    return { core: this.#control[at + 1] as number, code: this.#control[at + 2] as number };
  }

  coreAt(place: number): Int32Array {
    const length = this.#words[place] as number;
    return this.#words.subarray(place + 1, place + 1 + length);
  }

  codeAt(place: number): Spelled {
    const [length = 0, registerCount = 0, loopCount = 0] = this.#words.subarray(place, place + 3);
    return {
      code: this.#words.subarray(place + 3, place + 3 + length),
      registerCount,
      loopCount,
    };
  }

  /** Of a simulation that the caller has claimed. */
  give(simulation: number, result: Float64Array): void {
    this.#results.set(result, resultWords * simulation);
    const at = head + each * simulation;
    Atomics.store(this.#control, at, done);
    Atomics.notify(this.#control, at);
  }

  /** The result of what somebody else has claimed; null where nothing has come after so many milliseconds. */
  result(simulation: number, patience: number): Float64Array | null {
    const at = head + each * simulation;
    if (Atomics.wait(this.#control, at, taken, patience) === 'timed-out') return null;
    if (Atomics.load(this.#control, at) !== done) return null;
    return this.#results.slice(resultWords * simulation, resultWords * (simulation + 1));
  }
}
