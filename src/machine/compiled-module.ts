/** A module that is compiled from AssemblyScript: one instance, whose memory the host writes and reads. */
import { type WasmMemory, webAssembly } from '../kernel/webassembly.ts';

/** @param what it could not hold, for the error where memory is full */
export const instanceOf = <E>(binary: Uint8Array, what: string): E => {
  const abort = (): never => {
    throw new RangeError(`Expected ${what} that fits the memory of its module.`);
  };
  const { exports } = new webAssembly.Instance(new webAssembly.Module(binary), { env: { abort } });
  // The exports of a module whose source lies beside the project's.
  return exports as unknown as E;
};

// Memory may have grown since a place was named, and its buffer with it: each access has a view of its own.

export const writeWords = (memory: WasmMemory, at: number, words: Int32Array): void => {
  new Int32Array(memory.buffer, at, words.length).set(words);
};

export const readNumbers = (memory: WasmMemory, at: number, count: number): Float64Array =>
  new Float64Array(memory.buffer, at, count).slice();
