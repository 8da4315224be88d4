/** Budgets in a folder of their own for each test, and `check` in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import type { CheckVerdict } from '../../src/study/check/verdict.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { predictSync } from '../../src/workbench/predict.ts';
import { type Outcome, pedalbench } from './fake-io.ts';

/** Where those folders lie. */
export const root: string = mkdtempSync(join(tmpdir(), 'pedalbench-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Another one for each test. */
export let folder: string = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

const [row] = predictSync(openWorkbench(), {
  model: 'a2',
  device: 'daisy-seed',
  width: 'lite',
}).rows;
/** What runs a2 lite on the Daisy Seed, and what it costs there. */
export const engine: string | undefined = row?.engine ?? undefined;
export const cycles: number = row?.cyclesPerSample?.expected ?? Number.NaN;
export const subject: string = `a2 at lite on daisy-seed with ${engine}, block ${row?.blockFrames}`;

export const budget = (
  change: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => ({
  name: 'lite on the Seed',
  model: 'a2',
  width: 'lite',
  device: 'daisy-seed',
  metric: 'cyclesPerSample',
  ...change,
});

export const writeBudgets = (...budgets: readonly Readonly<Record<string, unknown>>[]): void =>
  writeFileSync(join(folder, 'budgets.json'), JSON.stringify({ budgets }, null, 2));

export const check = (options = '', env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  pedalbench(`check ${options}`, { cwd: folder, env });

export const verdictsOf = (outcome: Outcome): readonly CheckVerdict[] =>
  (JSON.parse(outcome.stdout) as { verdicts: readonly CheckVerdict[] }).verdicts;
