/**
 * How quick `check` is on this host: 500 budgets of several models, widths and devices, held by the built
 * command from its start to its end. Fails above the bar.
 * Run: npm run build && npx tsx bench/check.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openWorkbench, predictSync } from '../src/index.ts';

const wanted = 500;
/** On two cores. */
const barSeconds = 3;
const runs = 5;

const command = resolve(import.meta.dirname, '../dist/cli/main.js');
if (!existsSync(command))
  throw new Error(`${command}: is not there. Build it with 'npm run build'.`);

const models = ['a2', 'a1-nano', 'a1-feather', 'a1-lite', 'slim-8'];
const chips = predictSync(openWorkbench(), { model: 'a2', width: 'lite' }).rows.filter(
  (row) => row.load !== null,
);
/** With limits that hold. */
const metrics = {
  cyclesPerSample: 1e9,
  'cyclesPerSample.worst': 1e9,
  headroom: 1,
  memoryBytes: 1e12,
};
const budgets = chips
  .flatMap(({ device }) =>
    models.flatMap((model) =>
      [1, 2].flatMap((copies) =>
        Object.entries(metrics).map(([metric, max]) => ({
          name: `${model} on ${device}, ${copies}, ${metric}`,
          model,
          width: 'full',
          device,
          copies,
          metric,
          max,
        })),
      ),
    ),
  )
  .slice(0, wanted);

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-bench-'));
try {
  const file = join(folder, 'budgets.json');
  writeFileSync(file, JSON.stringify({ budgets }));
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const { status, stdout } = spawnSync(process.execPath, [command, 'check', file, '--json'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const clock = (performance.now() - start) / 1000;
    const verdicts = (JSON.parse(stdout) as { verdicts: readonly unknown[] }).verdicts.length;
    if (status !== 0 || verdicts !== wanted)
      throw new Error(`exit ${status}, ${verdicts} verdicts`);
    return clock;
  });
  const clocks = times.sort((a, b) => a - b);
  const [least = Number.NaN] = clocks;
  const median = clocks[Math.floor(runs / 2)] ?? Number.NaN;
  process.stdout.write(
    `${budgets.length} budgets: ${least.toFixed(2)} s at best, ${median.toFixed(2)} s in the median of ${runs} runs (bar: ${barSeconds} s)\n`,
  );
  if (least > barSeconds) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
