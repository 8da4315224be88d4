import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { createNamModule, NamWasmModule } from '@opendaw/nam-wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { arbitraryModel } from '../nam/arbitrary-model.ts';

/** NAM Core 0.5.3 in scalar WebAssembly: blocks of 128, fast tanh switched on, prewarmed by a reset. */
const blockFrames = 128;
const frames = 4 * blockFrames;
const sampleRateHz = 48000;

let nam: NamWasmModule;
beforeAll(async () => {
  const packageFile = createRequire(import.meta.url).resolve('@opendaw/nam-wasm/nam.wasm');
  const wasmBinary = new Uint8Array(readFileSync(packageFile)).buffer;
  const module = await createNamModule({
    wasmBinary,
    locateFile: (path) => resolve(dirname(packageFile), path),
  });
  nam = NamWasmModule.fromModule(module, blockFrames);
  nam.setSampleRate(sampleRateHz);
  nam.setMaxBufferSize(blockFrames);
});

const input = Float32Array.from(
  { length: frames },
  (_, i) => (((i * 7919) % 2003) / 2003 - 0.5) * 0.8,
);

/** Null where NAM Core refuses the file. */
const renderWithNam = (text: string): Float32Array | null => {
  const id = nam.createInstance();
  try {
    if (!nam.loadModel(id, text)) return null;
    nam.reset(id);
    const output = new Float32Array(frames);
    for (let at = 0; at < frames; at += blockFrames) {
      nam.process(id, input.subarray(at, at + blockFrames), output.subarray(at, at + blockFrames));
    }
    return output;
  } finally {
    nam.destroyInstance(id);
  }
};

const renderOurs = (text: string): Float32Array => {
  const { network } = slim(parseModel(text, 'model.nam'), 'full');
  const executor = createReferenceExecutor(compile(network), { tanh: 'fast' });
  const output = new Float32Array(frames);
  executor.process(input, output, frames);
  return output;
};

const expectSame = (text: string): void => {
  const theirs = renderWithNam(text);
  if (theirs === null) throw new Error('NAM Core refuses the model');
  const ours = renderOurs(text);
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < frames; i++) {
    scale = Math.max(scale, Math.abs(theirs[i] ?? 0));
    worst = Math.max(worst, Math.abs((theirs[i] ?? 0) - (ours[i] ?? 0)));
  }
  expect(worst).toBeLessThan(1e-5 * scale);
};

describe('the reference executor gives the samples of NAM Core in WebAssembly', () => {
  test.each(['a2', 'a1-standard', 'a1-nano', 'slim-a1', 'slim-8', 'lstm-1x16'])('%s', (id) => {
    const path = resolve(import.meta.dirname, `../../models/${id}.nam`);
    expectSame(readFileSync(path, 'utf8'));
  });

  test.each(['LSTM', 'ConvNet', 'Linear'] as const)('random models of %s', (name) => {
    fc.assert(
      fc.property(arbitraryModel({ architectures: [name] }), (model) => expectSame(model.text)),
      { seed: 20260803, numRuns: name === 'LSTM' ? 12 : 40 },
    );
  });
});
