/** Modules compiled from `assembly/`: quick from their first run on, as JavaScript is only after many. */
import { webAssembly } from '../kernel/webassembly.ts';

const abort = (): never => {
  throw new RangeError('Expected input that fits the memory of its module.');
};

/** @returns the exports of a module whose source lies beside the project's, which name their types */
export const compiledModule = <Exports>(binary: Uint8Array): Exports => {
  const module = new webAssembly.Module(binary);
  return new webAssembly.Instance(module, { env: { abort } }).exports as unknown as Exports;
};

/** @param text the binary as the build writes it, in base 64 */
export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
