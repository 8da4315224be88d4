/** The peer of `bench`: NAM Core in scalar WebAssembly, from @opendaw/nam-wasm where it is installed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Executor } from '../execute/index.ts';
import type { Model, Width } from '../nam/model.ts';

/** The peer's instances live in one module. */
export interface NamWasm {
  /** Null where the peer does not load the model. */
  load(text: string, sampleRateHz: number): Executor | null;
}

const mostFrames = 128;

/** Null where the package is not installed. */
export const openNamWasm = async (): Promise<NamWasm | null> => {
  const name = '@opendaw/nam-wasm';
  let binary: Buffer;
  try {
    binary = readFileSync(createRequire(import.meta.url).resolve(`${name}/nam.wasm`));
  } catch {
    return null;
  }
  const { NamWasmModule, createNamModule } = (await import(
    name
  )) as typeof import('@opendaw/nam-wasm');
  const wasmBinary = new Uint8Array(binary).buffer;
  const module = await NamWasmModule.create(
    (options) => createNamModule({ ...options, wasmBinary }),
    mostFrames,
  );
  return {
    load: (text, sampleRateHz) => {
      module.setSampleRate(sampleRateHz);
      const id = module.createInstance();
      if (!module.loadModel(id, text)) {
        module.destroyInstance(id);
        return null;
      }
      module.reset(id);
      return {
        reset: () => module.reset(id),
        process: (input, output) => module.process(id, input, output),
      };
    },
  };
};

/**
 * The `.nam` file of one width, for a player that knows no slimming: a container's submodel, or the
 * whole file at its full width. Null for widths that only slicing gives.
 */
export const textOfWidth = (model: Model, width: Width, text: string): string | null => {
  if (model.body.kind !== 'container') return width.ratio === 1 ? text : null;
  const { submodels } = model.body;
  const { ratio } = width;
  // The last, where none is above.
  const at = submodels.findIndex(({ maxValue }) => ratio !== null && ratio < maxValue);
  if (ratio === null || submodels.at(at)?.model.body.kind === 'container') return null;
  const file = JSON.parse(text) as { config: { submodels: { model: unknown }[] } };
  return JSON.stringify(file.config.submodels.at(at)?.model);
};
