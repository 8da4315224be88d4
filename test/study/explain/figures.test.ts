import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withSettings } from '../../../src/device/set-figures.ts';
import { modelFigures } from '../../../src/study/explain/model-figures.ts';
import { summarizeBuilds } from '../../../src/study/validate/builds.ts';
import { explainSync } from '../../../src/workbench/explain.ts';
import { openWorkbench } from '../../../src/workbench/open-workbench.ts';
import { pedalbench } from '../../cli/fake-io.ts';
import { root } from '../predict-fixtures.ts';

const workbench = openWorkbench({ cwd: root });
const figuresOf = (model: string, device: string, engine: string): readonly string[] =>
  explainSync(workbench, { model, device, engine, tanh: 'libm' }).explanation.figures.map(
    ({ name }) => name,
  );

test('an explanation names the figures that no profile states and that its code hangs on', () => {
  const sign = 'sign branches mispredicted';
  const ranges = 'argument ranges of library calls mispredicted';
  expect(figuresOf('a1-nano-relu', 'pi-4', 'nam-core')).not.toContain(sign);
  const exact = withSettings(workbench.device('pi-4'), [{ path: 'build.fastMath', value: false }]);
  const request = { model: 'a2', device: exact, engine: 'nam-core-a2fast', width: 'lite' };
  const names = explainSync(workbench, request).explanation.figures.map(({ name }) => name);
  expect(names).toContain(sign);
  expect(figuresOf('a1-nano', 'pi-4', 'nam-core')).toContain(ranges);
  const { figures, total } = explainSync(workbench, {
    model: 'a2',
    device: 'daisy-seed',
    engine: 'nam-core',
    width: 'lite',
  }).explanation;
  expect(figures.map(({ name }) => name)).not.toContain(ranges);
  const layout = figures.find(({ name }) => name.startsWith('misses of a bad layout'));
  expect(layout).toMatchObject({ moves: 'memory', cyclesPerSample: total.parts.memory });
});

test('each of these figures has a range, a kind and a source', () => {
  for (const { low, value, high, kind, source } of modelFigures) {
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect([kind.length, source.length].every((length) => length > 7)).toBe(true);
  }
});

test('explain says where nine of ten such predictions lie, and the chance, as text, as JSON and on its page', async () => {
  const line = 'explain a2 --device mod-dwarf --width lite';
  const stdout = (await pedalbench(line, { cwd: root })).stdout.replace(/\s+/g, ' ');
  expect(stdout).toMatch(/nine of ten such predictions hold [\d,.]+ to [\d,.]+;/);
  const [load = ''] = /load \d+% \(\d+-\d+\) fits\??, chance \d/.exec(stdout) ?? [];
  expect(load).not.toBe('');
  const page = join(mkdtempSync(join(tmpdir(), 'pedalbench-')), 'page.html');
  await pedalbench(`${line} --html ${page}`, { cwd: root });
  expect(readFileSync(page, 'utf8')).toContain(load);
  const { interval, prediction, figures } = JSON.parse(
    (await pedalbench(`${line} --json`, { cwd: root })).stdout,
  );
  const { low, high } = prediction.cyclesPerSample;
  expect(interval).toEqual({ low, high, chance: prediction.chance, sure: prediction.sure });
  expect(figures.length).toBeGreaterThan(0);
});

test('builds are summed up by core and engine', () => {
  const row = { core: 'a', engine: 'x' };
  const compared = [
    { row, ratio: 1.2 },
    { row, ratio: 1.1 },
    { row: { core: 'b', engine: 'x' }, ratio: 0.9 },
  ];
  const [first, second] = summarizeBuilds('traced', compared);
  expect(first).toMatchObject({ against: 'traced', core: 'a', n: 2, medianRatio: 1.15 });
  expect([second?.core, second?.within10Percent]).toEqual(['b', 1]);
});
