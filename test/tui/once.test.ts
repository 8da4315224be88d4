import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowVerdict, verdictWord } from '../../src/report/predict/verdict-text.ts';
import { widthOf } from '../../src/report/text/text-width.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { predictSync } from '../../src/workbench/predict.ts';
import { pedalbench } from '../cli/fake-io.ts';
import { root } from './world.ts';

let small = '';

/** A package with three pedals, so that all of them are predicted in a moment. */
beforeAll(() => {
  small = mkdtempSync(join(tmpdir(), 'pedalbench-once-'));
  mkdirSync(join(small, 'devices'));
  for (const id of ['mod-dwarf', 'daisy-seed', 'tonex-one']) {
    cpSync(join(root, `devices/${id}.json`), join(small, `devices/${id}.json`));
  }
  for (const name of ['cores', 'models', 'data', 'scenarios', 'package.json']) {
    symlinkSync(join(root, name), join(small, name));
  }
});
afterAll(() => rmSync(small, { recursive: true, force: true }));

const once = (line: string, columns = 130) =>
  pedalbench(line, { packageRoot: small, cwd: small, columns });

test('without a terminal the first screen is printed once, with what predict says', async () => {
  const { code, stdout } = await once('tui');
  expect(code).toBe(0);
  expect(stdout).not.toContain('\u001b');
  const request = { model: 'a2', devices: ['mod-dwarf', 'daisy-seed'], copies: [1, 2] };
  for (const row of predictSync(openWorkbench({ cwd: root }), request).rows) {
    const line =
      stdout
        .split('\n')
        .find((text) =>
          [row.deviceName.slice(0, 8), `${row.device} `].some((name) => text.includes(name)),
        ) ?? '';
    const twice = `2x ${verdictWord(row)}`;
    expect(line.replace(/ +/g, ' ')).toContain(row.copies === 1 ? rowVerdict(row) : twice);
  }
  expect(stdout).toMatch(/^.? *(IK Mul|tonex-one)/m);
  for (const line of stdout.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(130);
});

test('--once prints one pedal where one is named, in ASCII where that is asked for', async () => {
  const { code, stdout } = await once('tui a2 --once --ascii --device mod-dwarf');
  expect(code).toBe(0);
  expect(stdout).toContain('widest that fits: once lite, twice lite');
  expect(stdout).toMatch(/\d+% over/);
  expect(/^[\n -~]*$/.test(stdout)).toBe(true);
});

test('unknown names and options end it before a screen opens', async () => {
  expect(await once('tui nonsense.nam')).toMatchObject({ code: 2 });
  expect((await once('tui --device dwarf')).stderr).toContain('mod-dwarf');
  expect((await once('tui --json')).stderr).toContain('predict --json');
});
