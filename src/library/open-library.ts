/** The library of a simulation from files: devices, cores and models by name, audio from WAV files. */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { WavReader } from '../audio/wav.ts';
import { loadCatalogue } from '../device/catalogue.ts';
import { loadCores } from '../device/core-catalogue.ts';
import { engines } from '../engine/registry.ts';
import { createExecutor } from '../execute/index.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import { ScenarioError } from '../scenario/scenario-error.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import { readText } from '../units/read-text.ts';

/** Where things lie. Plain data, so that workers open the same. */
export interface LibraryFiles {
  /** Relative paths in scenarios start here. */
  readonly folder: string;
  readonly deviceFolders: readonly string[];
  readonly coreFolders: readonly string[];
  /** Models by the name that scenarios use, each with its path and the name for messages. */
  readonly models: Readonly<Record<string, { readonly path: string; readonly shown: string }>>;
}

/** Longer impulses are reverbs that no pedal convolves in one piece. */
const longestImpulse = 1 << 20;

export const openLibrary = (files: LibraryFiles): SimulationLibrary => {
  const devices = loadCatalogue(files.deviceFolders);
  const cores = loadCores(files.coreFolders);
  const models = new Map<string, Model>();
  const pathOf = (path: string): string => (isAbsolute(path) ? path : resolve(files.folder, path));
  return {
    engines,
    device: (name) => {
      if (devices.ids.includes(name)) return devices.find(name);
      const path = pathOf(name);
      return devices.find(existsSync(path) ? path : name);
    },
    core: (id) => cores.find(id),
    model: (name) => {
      const known = models.get(name);
      if (known !== undefined) return known;
      const file = files.models[name];
      // The command line resolves every name before it starts workers.
      if (file === undefined) {
        throw new ScenarioError('invalid-scenario', `model ${name}: no such model.`);
      }
      const model = parseModel(readText(file.path), file.shown);
      models.set(name, model);
      return model;
    },
    impulse: (file) => {
      const reader = new WavReader(pathOf(file));
      try {
        const samples = new Float32Array(Math.min(reader.format.frames, longestImpulse));
        reader.read(samples);
        return { samples, sampleRateHz: reader.format.sampleRateHz };
      } finally {
        reader.close();
      }
    },
    audio: (file) => {
      const reader = new WavReader(pathOf(file));
      const { sampleRateHz } = reader.format;
      return {
        sampleRateHz,
        signal: {
          read: (into) => {
            const frames = reader.read(into);
            into.fill(0, frames);
          },
        },
      };
    },
    executor: (network, tanh) => createExecutor(network, { tanh }),
  };
};
