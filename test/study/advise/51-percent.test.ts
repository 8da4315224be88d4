import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeviceAdvice } from '../../../src/study/advise/advise.ts';
import type { PredictRow } from '../../../src/study/predict/row.ts';
import { packageRoot } from '../../../src/workbench/package-info.ts';
import { pedalbench } from '../../cli/fake-io.ts';

const text = readFileSync(join(packageRoot, 'docs/51-percent.md'), 'utf8');
const commands = [...text.matchAll(/^ {4}npx pedalbench (.+)$/gm)].map(([, line]) => line ?? '');

test('the story of 51 % holds, command by command', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pedalbench-'));
  const json = async (line: string) => {
    const { code, stdout } = await pedalbench(`${line} --json --quiet`, { cwd });
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const [copy = '', twice = '', gamble = '', confirm = '', safe = ''] = commands;
  expect((await pedalbench(copy, { cwd })).code).toBe(0);
  const file = join(cwd, 'devices/my-chip.json');
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  const { low: _, high: __, ...clock } = profile.chip.clusters[0].clockHz;
  profile.chip.clusters[0].clockHz = { ...clock, value: 2_090_000_000 };
  writeFileSync(file, JSON.stringify(profile));

  const before: readonly PredictRow[] = (await json(twice)).rows;
  expect(before.map(({ load }) => Math.round((load?.expected ?? 0) * 100))).toEqual([51, 106]);

  for (const [advise, name] of [
    [gamble, 'next.nam'],
    [safe, 'safe.nam'],
  ] as const) {
    const { devices }: { devices: readonly DeviceAdvice[] } = await json(advise);
    const [first] = devices[0]?.nearMisses[0]?.suggestions ?? [];
    expect(first?.load).toBeLessThan(1);
    const [row]: readonly PredictRow[] = (await json(confirm.replace('next.nam', name))).rows;
    expect(row?.cyclesPerSample?.expected).toBeCloseTo(first?.cyclesPerSample ?? 0, 6);
    expect(row?.engine).toBe(first?.engine);
    expect(row?.width.weights).toBe(first?.weights);
    if (name === 'next.nam') expect(first?.text).toBe('channels 16/8 -> 16/4');
    else expect([row?.verdict, row?.chance]).toEqual([first?.verdict, first?.chance]);
  }
});
