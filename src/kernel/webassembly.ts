/** The part of the host's WebAssembly that executors and the scoreboard use; the language's own library has no types for it. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

export interface WasmModule {
  readonly wasmModule?: never;
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WebAssemblyHost {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum?: number;
  }) => WasmMemory;
  validate(bytes: Uint8Array): boolean;
}

export const webAssembly: WebAssemblyHost = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyHost }
).WebAssembly;
