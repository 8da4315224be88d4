/** What the page's worker answers, checked against the library. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/execute/index.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { modelKeyOf, shapeOf } from '../../src/study/cost/model-key.ts';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { Desk } from '../../src/web/worker/desk.ts';
import { Front } from '../../src/web/worker/front.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'models/a2.nam'), 'utf8');
const part = (): void => {};
const { signal } = new AbortController();
const open = (name = 'a2.nam', weights = text) => {
  const front = new Front();
  const { widths } = front.open({ ask: { name, text: weights }, part: part as never, signal });
  return { front, widths, desk: new Desk(front.models) };
};
const asks = {
  models: ['a2.nam'],
  devices: ['pi-4', 'mod-dwarf'],
  width: 'all',
  copies: [1],
  engine: 'auto',
  blockFrames: null,
  clockHz: null,
};

test('the samples that are heard are those of render, for every width', async () => {
  const { desk, widths } = open();
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

test('a pedal plays the sound that it is given, and it comes back at the rate of the page', async () => {
  const { desk } = open();
  const seconds = 0.2;
  const sound = await desk.signal({
    ask: { name: 'guitar', seconds, sampleRateHz: 48_000 },
    part: part as never,
    signal,
  });
  const played = (device: string) => {
    const slots = [{ name: 'amp', model: 'a2.nam', width: 'lite' }];
    const scenario = { device, slots, durationSeconds: seconds };
    return desk.play({ ask: { scenario, sound }, part, signal });
  };
  const { result, sound: heard } = await played('pi-4');
  const ask = { model: 'a2.nam', width: 'lite', input: sound };
  const expected = await desk.render({ ask, part, signal });
  expect(result.xruns).toBe(0);
  expect(heard?.subarray(0, 9000)).toEqual(expected.subarray(0, 9000));
  // This one converts at 44,100 Hz, which would sound a semitone and a half too high.
  const other = await played('teensy-4.1');
  expect(other.result.sampleRateHz).toBe(44_100);
  expect(Math.abs((other.sound?.length ?? 0) - sound.length)).toBeLessThan(200);
});

test('a question that is dropped stops at once', async () => {
  const { desk } = open();
  let pedals = 0;
  const current = new AbortController();
  const asked = desk.predict({
    ask: asks,
    part: () => {
      pedals += 1;
      current.abort();
    },
    signal: current.signal,
  });
  await expect(asked).rejects.toThrow('abort');
  expect(pedals).toBe(1);
});

test('rows that are known stand for every file of their shape, and for no other question', async () => {
  const { front, desk, widths } = open('mine.nam', text.replace(/-?0\.\d{3,}/, '0.25'));
  const ask = { ...asks, models: ['mine.nam'] };
  const rows: PredictRow[] = [];
  const answer = await desk.predict({ ask, part: (some) => rows.push(...some), signal });
  const model = parseModel(text, 'a2.nam');
  const byPedal = (label: string) => {
    const some = rows.filter(({ width }) => width.label === label);
    const row = (at: string) => some.filter(({ device }) => device === at);
    return { 'pi-4': row('pi-4'), 'mod-dwarf': row('mod-dwarf') };
  };
  const known = widths.map((width) => {
    const shape = shapeOf(slim(model, width).network);
    return [modelKeyOf(model, width, shape), byPedal(width.label)];
  });
  front.know(JSON.stringify(Object.fromEntries(known)).replaceAll('mine', 'a2'));
  const said: PredictRow[] = [];
  const by = (change: Partial<typeof ask>) =>
    front.predict({ ask: { ...ask, ...change }, part: (some) => said.push(...some), signal });
  expect(by({})).toEqual(answer);
  expect(said).toEqual(rows);
  expect(by({ copies: [1, 2] })).toBeNull();
  expect(by({ devices: ['pi-4', 'pi-5'] })).toBeNull();
  expect(by({ engine: 'nam-core' })).toBeNull();
  expect(by({ models: ['other.nam'] })).toBeNull();
  expect(said).toHaveLength(rows.length);
});
