import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test('a job engine reads the annotation of a budget that does not hold, and none of a name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-annotations-'));
  try {
    const file = join(folder, 'budgets.json');
    const budget = {
      // As long as a line: what follows begins the next one.
      name: `\u001b[2Jx\n::error::made up ${'x'.repeat(150)} ::error::made up`,
      model: 'lstm-1x3',
      device: 'mod-dwarf',
      metric: 'cyclesPerSample',
      max: 1,
    };
    writeFileSync(file, JSON.stringify({ budgets: [budget] }));
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'check', file],
      {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: undefined },
      },
    );
    expect(status).toBe(1);
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => /^\s*::/.test(line));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::error file=/);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
