/**
 * How quick the search of `advise` is on this host: a1-standard on eight devices of eight cores, each
 * at a clock at which two copies miss the limit by a tenth, so that each has its architectures searched.
 * Two fresh processes, which have to print the same bytes. Fails above the bar.
 * Run: npx tsx bench/advise.ts
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { adviseSync, type DeviceProfile, openWorkbench, predictSync } from '../src/index.ts';

const wantedCandidates = 10_000;
/** On two cores. On a busy host the processor's time tells more than the clock's. */
const barSeconds = 10;
const model = 'a1-standard';
const copies = 2;
const over = 1.1;
const ids = [
  'mod-duo',
  'headrush-core',
  'mod-dwarf',
  'pi-3b-plus',
  'class-a55-1800',
  'mod-duo-x',
  'orange-pi-5',
  'apple-m2',
];

interface Answer {
  readonly searched: number;
  readonly fewestCandidates: number;
  readonly suggestions: number;
  readonly clockSeconds: number;
  readonly processorSeconds: number;
  readonly digest: string;
}

const atClock = (device: DeviceProfile, clockHz: number): DeviceProfile => {
  const { chip } = device;
  if (chip === null) throw new Error(`${device.id} has no chip.`);
  const clusters = chip.clusters.map((cluster) => ({
    ...cluster,
    clockHz: { value: clockHz, kind: 'estimate' as const, source: 'so that it does not quite fit' },
  }));
  return { ...device, chip: { ...chip, clusters } };
};

const audioClockHz = ({ chip }: DeviceProfile): number =>
  chip?.clusters.find(({ audioCores }) => audioCores.value > 0)?.clockHz.value ?? Number.NaN;

/** Clocks at which so many copies take a tenth more than the limit. */
const clocks = (): number[] => {
  const workbench = openWorkbench();
  // Time for the host and for memory does not scale with the clock: twice gets close enough.
  return [1, 2].reduce<number[]>(
    (set) => {
      const devices = ids.map((id, i) => atClock(workbench.device(id), set[i] ?? Number.NaN));
      const { rows } = predictSync(workbench, { model, devices, width: 'full', copies });
      return rows.map((row, i) => {
        if (row.load === null || row.margin === null) throw new Error(`${row.device} has no cost.`);
        return Math.round(((set[i] ?? 0) * row.load.expected) / ((1 - row.margin) * over));
      });
    },
    ids.map((id) => audioClockHz(workbench.device(id))),
  );
};

const search = (clockHz: readonly number[]): Answer => {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const workbench = openWorkbench();
  const devices = ids.map((id, i) => atClock(workbench.device(id), clockHz[i] ?? Number.NaN));
  const advice = adviseSync(workbench, { model, devices, copies });
  const { user, system } = process.cpuUsage(cpu);
  const misses = advice.devices.flatMap(({ nearMisses }) => nearMisses);
  return {
    searched: advice.devices.filter(({ nearMisses }) => nearMisses.length > 0).length,
    fewestCandidates: Math.min(...misses.map(({ candidates }) => candidates)),
    suggestions: misses.reduce((sum, { suggestions }) => sum + suggestions.length, 0),
    clockSeconds: (performance.now() - start) / 1000,
    processorSeconds: (user + system) / 1e6,
    digest: createHash('sha256').update(JSON.stringify(advice.devices)).digest('hex'),
  };
};

const inFreshProcess = (clockHz: readonly number[]): Answer => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, ...clockHz.map(String)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The search ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
};

const given = process.argv.slice(2).map(Number);
if (given.length > 0) {
  process.stdout.write(JSON.stringify(search(given)));
} else {
  const clockHz = clocks();
  const [first, second] = [inFreshProcess(clockHz), inFreshProcess(clockHz)];
  const same = first.digest === second.digest;
  const clock = Math.min(first.clockSeconds, second.clockSeconds);
  const processor = Math.min(first.processorSeconds, second.processorSeconds);
  process.stdout.write(
    `${first.fewestCandidates} architectures on each of ${first.searched} devices, ${first.suggestions} suggestions: ` +
      `${clock.toFixed(2)} s, ${processor.toFixed(2)} s of processor (bar: ${barSeconds} s); ` +
      `${same ? 'twice the same' : 'NOT the same twice'} (sha256 ${first.digest.slice(0, 12)})\n`,
  );
  if (
    !same ||
    first.searched < ids.length ||
    first.fewestCandidates < wantedCandidates ||
    Math.min(clock, processor) > barSeconds
  ) {
    process.exitCode = 1;
  }
}
