/** A kernel holds what WebAssembly cannot do: a fault of the lowering, never of a model. */
export class WasmError extends Error {
  readonly code = 'not-in-webassembly';

  constructor(message: string) {
    super(`${message} cannot be compiled to WebAssembly.`);
    this.name = 'WasmError';
  }
}
