import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { folderFiles } from '../../src/workbench/folder-files.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { type PredictRequest, predictSync } from '../../src/workbench/predict.ts';
import { Workbench } from '../../src/workbench/workbench.ts';
import { knownRows } from '../../tools/known-rows.ts';

const root = resolve(import.meta.dirname, '../..');
const plain = openWorkbench({ packageRoot: root });
const stored = knownRows(plain);
const mark = 'This row was known.';
const marked = stored.replaceAll('"reasons":[', `"reasons":["${mark}",`);

const bench = (known: string): Workbench =>
  new Workbench({ ...folderFiles({ cwd: root, packageRoot: root }), knownRows: () => known });
const question: PredictRequest = {
  models: 'a2',
  devices: ['mod-dwarf', 'daisy-seed', 'quad-cortex', 'tonex-one', 'class-a53-1500'],
  copies: [1, 2],
};
/** Rows that were taken from what was known. */
const known = (request: PredictRequest): readonly boolean[] =>
  predictSync(bench(marked), request).rows.map(({ reasons }) => reasons.includes(mark));

test('rows of a build are those that are worked out without it', () => {
  const rows = predictSync(bench(stored), question);
  expect(rows).toEqual(predictSync(plain, question));
  expect(known(question)).toEqual(Array(20).fill(true));
});

test('a capture with other weights has the rows of its shape, under its own name', () => {
  const a2 = JSON.parse(plain.files.readText(resolve(root, 'models/a2.nam')));
  const submodels = a2.config.submodels.map(({ model, ...rest }: { model: typeof a2 }) => {
    const weights = model.weights.map((w: number) => w / 2);
    return { ...rest, model: { ...model, weights } };
  });
  const models = { ...a2, config: { ...a2.config, submodels } };
  expect(known({ ...question, models })).toEqual(Array(20).fill(true));
  const [row] = predictSync(bench(marked), { ...question, models }).rows;
  expect(row?.model).not.toBe('a2');
});

test.each<[string, Partial<PredictRequest>]>([
  ['another block', { blockFrames: 96 }],
  ['another rate', { sampleRateHz: 44_100 }],
  ['more copies', { copies: 3 }],
  ['another tanh', { tanh: 'fast' }],
  ['an engine by name', { engine: 'nam-core' }],
  ['another model beside it', { beside: [{ model: 'a1-nano' }] }],
  ['another model', { models: 'a1-nano' }],
  ['ears of its own', { fidelity: () => 0.5 }],
  ['two cores', { devices: ['pi-4', 'pi-5'], parallel: true }],
])('%s is worked out', (_, change) => {
  expect(known({ ...question, ...change })).not.toContain(true);
});

test('a profile or a core of one id that differs in a figure is worked out', () => {
  const device = plain.device('daisy-seed');
  const core = plain.core('cortex-m7');
  const two = [device, plain.device('tonex-one')];
  const slower = { ...device, notes: ['overclocked'] };
  expect(known({ ...question, devices: two })).toEqual(Array(8).fill(true));
  const changed = known({ ...question, devices: [slower, device] });
  expect(changed).toEqual([false, false, true, true, false, false, true, true]);
  const cores = [{ ...core, name: 'a later revision' }];
  expect(known({ ...question, devices: [device, device], cores })).not.toContain(true);
});
