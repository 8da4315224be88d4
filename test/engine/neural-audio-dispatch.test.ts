import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namCoreA2Fast } from '../../src/engine/nam-core-a2fast/engine.ts';
import { neuralAudio } from '../../src/engine/neural-audio/engine.ts';
import { planarNeon } from '../../src/engine/planar-neon/engine.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';

/** What the library does with files was seen by loading them (NeuralAudio e59cd5d, default build). */
interface RawFile {
  version: string;
  config: {
    submodels?: { model: RawFile }[];
    layers?: Record<string, unknown>[];
  };
}

const a35: Target = {
  isa: 'aarch64',
  lanes: 4,
  vectorRegisters: 32,
  tune: 'cortex-a35',
  fma: true,
  fastMath: true,
};

const edited = (id: string, width: string, edit: (file: RawFile) => void): Program => {
  const raw = JSON.parse(readFileSync(`models/${id}.nam`, 'utf8')) as RawFile;
  edit(raw);
  return compile(slim(parseModel(JSON.stringify(raw), `${id}.nam`), width).network);
};

const atVersion = (id: string, version: string): Program =>
  edited(id, 'full', (file) => {
    file.version = version;
  });

const editedA2 = (edit: (layer: Record<string, unknown>, file: RawFile) => void): Program =>
  edited('a2', 'full', (file) => {
    for (const { model } of file.config.submodels ?? []) {
      for (const layer of model.config.layers ?? []) edit(layer, model);
    }
  });

const runsItself = (program: Program): boolean => neuralAudio.supports(program, a35).supported;

test('A1 and LSTM files run on its own code up to version 0.5.4, later ones on NAM Core', () => {
  for (const id of ['a1-standard', 'a1-nano', 'lstm-1x16']) {
    expect(runsItself(atVersion(id, '0.5.4')), id).toBe(true);
    expect(neuralAudio.supports(atVersion(id, '0.7.0'), a35), id).toMatchObject({
      supported: false,
      fallback: 'nam-core',
      reason: expect.stringContaining('0.7.0'),
    });
  }
  expect(runsItself(atVersion('a1-nano', '0.5.5'))).toBe(false);
});

test('a standard A2 of version 0.7.0 is its own; without a FiLM key it goes to the fast path of NAM Core', () => {
  expect(runsItself(editedA2(() => {}))).toBe(true);
  const without = editedA2((layer) => {
    delete layer.conv_pre_film;
  });
  expect(neuralAudio.supports(without, a35)).toMatchObject({
    supported: false,
    fallback: 'nam-core-a2fast',
  });
});

test('no fast path takes a slimmable file, even where its width has the shape of an A2', () => {
  const slimmable = editedA2((layer) => {
    layer.slimmable = {
      method: 'slice_channels_uniform',
      kwargs: {
        allowed_channels: Array.from({ length: Number(layer.channels) }, (_, i) => i + 1),
      },
    };
  });
  expect(neuralAudio.supports(slimmable, a35)).toMatchObject({ fallback: 'nam-core' });
  expect(namCoreA2Fast.supports(slimmable, a35)).toMatchObject({
    supported: false,
    reason: expect.stringContaining('slimmable'),
  });
});

test('planar NEON sits in NAM Core, which runs a slimmable A2 on its generic path', () => {
  const slimmable = editedA2((layer) => {
    layer.slimmable = { method: 'slice_channels_uniform', kwargs: {} };
  });
  expect(planarNeon.supports(slimmable, a35)).toMatchObject({
    supported: false,
    fallback: 'nam-core',
    reason: expect.stringContaining('slimmable'),
  });
  expect(
    planarNeon.supports(
      editedA2(() => {}),
      a35,
    ).supported,
  ).toBe(true);
});
