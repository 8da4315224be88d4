import { openWorkbench, predict, widthsOf } from 'pedalbench';
import { expect, test } from 'vitest';
import 'pedalbench/vitest';

const workbench = openWorkbench();
// An id, or the path of your own file: workbench.model('models/my-amp.nam').
const model = workbench.model('a2');

test('two amps fit on the Dwarf, with a third of the core left', () => {
  expect(model).toFitOn('mod-dwarf', { width: 'lite', copies: 2, block: 128 });
  expect(model).toKeepHeadroom(0.33, { device: 'mod-dwarf', width: 'lite', copies: 2 });
});

test('the narrow width is cheap enough for a microcontroller', () => {
  expect(model).toCostAtMost(5000, { device: 'daisy-seed', width: 'lite', engine: 't3k-embedded' });
});

test('the chain of the pedal has no late blocks', () => {
  expect('dwarf-drive-amp-ir').toRunWithoutXruns({ seed: 7 });
});

test('every width costs more than the narrower one before it', async () => {
  const { rows } = await predict(workbench, { model, device: 'pi-4' });
  const cycles = rows.map((row) => row.cyclesPerSample?.expected ?? Number.NaN);
  expect(cycles).toHaveLength(widthsOf(model).length);
  expect(cycles).toEqual(cycles.toSorted((a, b) => a - b));
});
