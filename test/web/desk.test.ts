/** What the page's worker answers, checked against the library. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/execute/index.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { Desk } from '../../src/web/worker/desk.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'models/a2.nam'), 'utf8');
const part = (): void => {};
const { signal } = new AbortController();
const open = (desk: Desk) =>
  desk.open({ ask: { name: 'a2.nam', text }, part: part as never, signal });

test('the samples that are heard are those of render, for every width', async () => {
  const desk = new Desk();
  const { widths } = open(desk);
  const input = await desk.signal({
    ask: { name: 'plucks', seconds: 0.25, sampleRateHz: 48_000 },
    part: part as never,
    signal,
  });
  for (const { label } of widths) {
    const samples = await desk.render({
      ask: { model: 'a2.nam', width: label, input },
      part,
      signal,
    });
    const executor = createExecutor(slim(parseModel(text, 'a2.nam'), label).network);
    const expected = new Float32Array(input.length);
    executor.process(input, expected, input.length);
    expect(Buffer.from(samples.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  }
});

test('a question that is dropped stops at once', async () => {
  const desk = new Desk();
  open(desk);
  let pedals = 0;
  const current = new AbortController();
  const asked = desk.predict({
    ask: {
      models: ['a2.nam'],
      devices: ['pi-4', 'mod-dwarf'],
      width: 'all',
      copies: [1],
      engine: 'auto',
      blockFrames: null,
      clockHz: null,
    },
    part: () => {
      pedals += 1;
      current.abort();
    },
    signal: current.signal,
  });
  await expect(asked).rejects.toThrow('abort');
  expect(pedals).toBe(1);
});
