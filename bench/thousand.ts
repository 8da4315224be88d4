/**
 * A thousand captures of four shapes on all pedals, once and twice, by the built library in a fresh process;
 * and how the heap grows over predictions. Fails above the bars.
 * Run: npm run build && npx tsx bench/thousand.ts
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openWorkbench, slim } from '../src/index.ts';
import { seedWaveNet } from '../src/nam/seed-weights.ts';
import { writeWaveNet } from '../src/nam/write-model.ts';

const files = 1000;
const shapes = ['a1-standard', 'a1-lite', 'a1-feather', 'a1-nano'];
/** On a quiet host of two cores. */
const bars = { seconds: 15, megabytes: 300, grownMegabytes: 15 };

const built = resolve(import.meta.dirname, '../dist/index.js');
if (!existsSync(built)) throw new Error(`${built}: is not there. Build it with 'npm run build'.`);

/** Predicts in a fresh process; `script` leaves what it found in `found`. */
const inProcess = (script: string): Record<string, number> => {
  const text = `
    const { openWorkbench, predict } = await import(${JSON.stringify(pathToFileURL(built).href)});
    const start = performance.now();
    const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed / 1e6; };
    let found = {};
    ${script}
    const seconds = (performance.now() - start) / 1000;
    const megabytes = process.resourceUsage().maxRSS / 1024;
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ seconds, megabytes, processorSeconds: (user + system) / 1e6, ...found }));`;
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', text], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`It ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Record<string, number>;
};

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-thousand-'));
let failed = false;
const report = (name: string, value: number, bar: number): void => {
  const holds = value <= bar;
  failed ||= !holds;
  console.log(`${name}: ${value.toFixed(1)} (bar ${bar})${holds ? '' : ', above the bar'}`);
};
try {
  const workbench = openWorkbench();
  const networks = shapes.map((id) => slim(workbench.model(id), 'full').network);
  for (let i = 0; i < files; i++) {
    const network = networks[i % networks.length];
    if (network?.kind !== 'wavenet') throw new Error('The shapes are WaveNets.');
    const text = writeWaveNet(seedWaveNet(network, i + 1), { name: `${i}`, sampleRateHz: 48_000 });
    writeFileSync(join(folder, `capture-${i}.nam`), text);
  }
  const list = `Array.from({ length: ${files} }, (_, i) => ${JSON.stringify(folder)} + '/capture-' + i + '.nam')`;
  const all = inProcess(`
    const { rows } = await predict(openWorkbench(), { models: ${list}, copies: [1, 2] });
    found = { rows: rows.length };`);
  console.log(`${all.rows} rows, ${all.processorSeconds?.toFixed(1)} s of processor time`);
  report('seconds for all', all.seconds ?? 0, bars.seconds);
  report('megabytes at most', all.megabytes ?? 0, bars.megabytes);
  const one = inProcess(`
    const workbench = openWorkbench();
    let before = 0;
    for (const [i, model] of ${list}.entries()) {
      await predict(workbench, { model, copies: [1, 2] });
      if (i === 99) before = heap();
    }
    found = { grown: heap() - before };`);
  report(
    'megabytes that one workbench grows by over the last 900',
    one.grown ?? 0,
    bars.grownMegabytes,
  );
  const many = inProcess(`
    let before = 0;
    for (let i = 0; i < 500; i++) {
      await predict(openWorkbench(), { model: 'a2', device: ['pi-4', 'daisy-seed', 'mod-dwarf'][i % 3], copies: [1, 2] });
      if (i === 49) before = heap();
    }
    found = { grown: heap() - before };`);
  report('megabytes that 450 workbenches leave behind', many.grown ?? 0, bars.grownMegabytes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
