/**
 * An hour of 24-bit stereo through `lstm-1x3` by `render`, against the same model over as many samples in memory:
 * what reading, choosing a channel and writing cost of processor, and the memory of the process. Fails above the bars.
 * Run: npm run build && npx tsx bench/hour.ts
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const sampleRateHz = 48_000;
const seconds = 3600;
const frames = sampleRateHz * seconds;
const frameBytes = 6;
const bars = { processorSeconds: 2.5, megabytes: 120 };

const root = resolve(import.meta.dirname, '..');
const command = join(root, 'dist/cli/main.js');
if (!existsSync(command))
  throw new Error(`${command}: is not there. Build it with 'npm run build'.`);

interface Used {
  readonly processorSeconds: number;
  readonly megabytes: number;
}

/** Of a process of its own; its other threads count, too. */
const used = (words: readonly string[]): Used => {
  const last = `process.on('exit', () => console.error(JSON.stringify(process.resourceUsage())))`;
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(last)}`];
  const run = spawnSync(process.execPath, [...preload, ...words], { encoding: 'utf8', cwd: root });
  if (run.status !== 0) throw new Error(`It ended with ${run.status}: ${run.stderr}`);
  const line = run.stderr.trimEnd().split('\n').at(-1) ?? '';
  const usage = JSON.parse(line) as NodeJS.ResourceUsage;
  const processorSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
  return { processorSeconds, megabytes: usage.maxRSS / 1024 };
};

const writeHour = (path: string): void => {
  const data = frames * frameBytes;
  const head = Buffer.alloc(44);
  head.write('RIFF\0\0\0\0WAVEfmt ', 'latin1');
  head.writeUInt32LE(36 + data, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(sampleRateHz, 24);
  head.writeUInt32LE(sampleRateHz * frameBytes, 28);
  head.writeUInt16LE(frameBytes, 32);
  head.writeUInt16LE(24, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data, 40);
  const second = Buffer.alloc(sampleRateHz * frameBytes);
  for (let i = 0; i < sampleRateHz; i++) {
    const sample = Math.round(0.5 * 2 ** 23 * Math.sin(i * 0.05) * Math.sin(i * 0.0031));
    for (const channel of [0, 3]) second.writeIntLE(sample, i * frameBytes + channel, 3);
  }
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (let i = 0; i < seconds; i++) writeSync(file, second);
  closeSync(file);
};

/** The model alone, over as many samples of the same sound. */
const alone = `
  const { openWorkbench, slim } = await import(${JSON.stringify(join(root, 'dist/index.js'))});
  const { createExecutor } = await import(${JSON.stringify(join(root, 'dist/execute/index.js'))});
  const executor = createExecutor(slim(openWorkbench().model('lstm-1x3'), 'full').network);
  const second = Float32Array.from({ length: ${sampleRateHz} }, (_, i) => 0.5 * Math.sin(i * 0.05) * Math.sin(i * 0.0031));
  const output = new Float32Array(64);
  for (let i = 0; i < ${frames}; i += 64) {
    const at = i % ${sampleRateHz};
    executor.process(second.subarray(at, at + 64), output, 64);
  }`;

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-hour-'));
let failed = false;
const report = (name: string, value: number, bar: number): void => {
  const holds = value <= bar;
  failed ||= !holds;
  console.log(`${name}: ${value.toFixed(2)} (bar ${bar})${holds ? '' : ', above the bar'}`);
};
try {
  const hour = join(folder, 'hour.wav');
  writeHour(hour);
  const model = used(['--input-type=module', '-e', alone]);
  const render = used([command, 'render', 'lstm-1x3', hour, join(folder, 'out.wav'), '--quiet']);
  console.log(`render ${render.processorSeconds} s, the model alone ${model.processorSeconds} s`);
  const above = render.processorSeconds - model.processorSeconds;
  report('seconds of processor above the model', above, bars.processorSeconds);
  report('megabytes at most', render.megabytes, bars.megabytes);
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
