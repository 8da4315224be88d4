/**
 * A thousand captures of four shapes, and a thousand of as many shapes, on all pedals, once and twice, by the built
 * command as a whole process; and how the heap grows over predictions of one library. Fails above the bars.
 * Run: npm run build && npx tsx bench/thousand.ts [FILES of as many shapes, by default 1000]
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openWorkbench, slim, type WaveNetNetwork } from '../src/index.ts';
import { editWaveNet } from '../src/nam/edit-wavenet.ts';
import { seedWaveNet } from '../src/nam/seed-weights.ts';
import { writeWaveNet } from '../src/nam/write-model.ts';
import { CostCache } from '../src/study/cost/cost-cache.ts';
import { Random } from '../src/units/random.ts';

const files = 1000;
const manyShapes = Number(process.argv[2] ?? files);
const shapes = ['a1-standard', 'a1-lite', 'a1-feather', 'a1-nano'];
/** On a quiet host of two cores; what as many shapes may take is that of the programs and kernels that are held, not of all. */
const bars = { seconds: 15, megabytes: 300, manyMegabytes: 320, grownMegabytes: 15 };

const dist = resolve(import.meta.dirname, '../dist');
if (!existsSync(dist)) throw new Error(`${dist}: is not there. Build it with 'npm run build'.`);
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-thousand-'));

const workbench = openWorkbench();
const networkOf = (id: string): WaveNetNetwork => {
  const { network } = slim(workbench.model(id), 'full');
  if (network.kind !== 'wavenet') throw new Error('The shapes are WaveNets.');
  return network;
};

const saveIn = (name: string, networks: readonly WaveNetNetwork[]): string => {
  const place = join(folder, name);
  mkdirSync(place);
  for (const [i, network] of networks.entries()) {
    const text = writeWaveNet(seedWaveNet(network, i + 1), { name: `${i}`, sampleRateHz: 48_000 });
    writeFileSync(join(place, `capture-${i}.nam`), text);
  }
  return place;
};

/** A1 and A2 with other channels, layers, kernels and dilations, no two alike. */
const differentShapes = (count: number): readonly WaveNetNetwork[] => {
  const random = new Random(7);
  const draw = (choices: number): number => Math.floor(random.unit() * choices);
  const bases = ['a1-standard', 'a2'].map(networkOf);
  const costs = new CostCache();
  const found = new Map<string, WaveNetNetwork>();
  for (let i = 0; found.size < count; i++) {
    const base = bases[i % bases.length] as WaveNetNetwork; // never empty
    const change = {
      channels: base.arrays.map((array) => 1 + draw(array.channels)),
      dropped: base.arrays.map((array) => draw(array.layers.length - 2)),
      kernelLess: draw(3),
      dilationShare: 1 - draw(3) / 4,
    };
    const network = editWaveNet(base, change);
    found.set(costs.shape(network), network);
  }
  return [...found.values()];
};

let failed = false;
const report = (name: string, value: number, bar: number): void => {
  const holds = value <= bar;
  failed ||= !holds;
  console.log(`${name}: ${value.toFixed(1)} (bar ${bar})${holds ? '' : ', above the bar'}`);
};

/** What a process took, in its own words at its end. */
const inProcess = (words: readonly string[], out: string): Record<string, number> => {
  const told = join(folder, 'told.json');
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `if (require('worker_threads').isMainThread) process.on('exit', () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      require('fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify({ ...globalThis.found,
        megabytes: maxRSS / 1024, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
    });`,
  );
  const started = performance.now();
  const run = spawnSync(process.execPath, ['--require', hook, ...words], {
    stdio: ['ignore', openSync(join(folder, out), 'w'), 'pipe'],
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`It ended with ${run.status}: ${run.stderr}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, ...(JSON.parse(readFileSync(told, 'utf8')) as Record<string, number>) };
};

const predictAll = (place: string): Record<string, number> => {
  const words = [join(dist, 'cli/main.js'), 'predict', place, '--jsonl', '--quiet'];
  const took = inProcess(words, 'rows.jsonl');
  const rows = readFileSync(join(folder, 'rows.jsonl'), 'utf8').split('\n').length - 2;
  console.log(`${rows} rows, ${took.processorSeconds?.toFixed(1)} s of processor time`);
  return took;
};

/** `script` leaves what it found in `found`. */
const grown = (script: string): number => {
  const index = pathToFileURL(join(dist, 'index.js')).href;
  const text = `
    const { openWorkbench, predict } = await import(${JSON.stringify(index)});
    const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed / 1e6; };
    let before = 0;
    ${script}
    globalThis.found = { grown: heap() - before };`;
  return inProcess(['--expose-gc', '--input-type=module', '-e', text], 'none').grown ?? 0;
};

try {
  const networks = shapes.map(networkOf);
  const four = saveIn(
    'four',
    Array.from({ length: files }, (_, i) => networks[i % networks.length] as WaveNetNetwork),
  );
  const all = predictAll(four);
  report(`seconds for ${files} captures of four shapes`, all.seconds ?? 0, bars.seconds);
  report('megabytes at most', all.megabytes ?? 0, bars.megabytes);
  const many = predictAll(saveIn('many', differentShapes(manyShapes)));
  console.log(`${many.seconds?.toFixed(0)} seconds for ${manyShapes} captures of as many shapes`);
  report('megabytes at most', many.megabytes ?? 0, bars.manyMegabytes);
  const one = grown(`
    const workbench = openWorkbench({ cwd: ${JSON.stringify(four)} });
    for (let i = 0; i < ${files}; i++) {
      await predict(workbench, { model: 'capture-' + i + '.nam', copies: [1, 2] });
      if (i === 99) before = heap();
    }`);
  report('megabytes that one workbench grows by over the last 900', one, bars.grownMegabytes);
  const opened = grown(`
    for (let i = 0; i < 500; i++) {
      await predict(openWorkbench(), { model: 'a2', device: ['pi-4', 'daisy-seed', 'mod-dwarf'][i % 3], copies: [1, 2] });
      if (i === 49) before = heap();
    }`);
  report('megabytes that 450 workbenches leave behind', opened, bars.grownMegabytes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
