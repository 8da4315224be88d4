/**
 * How quick the virtual pedal is on this host: ten simulated minutes of a dual-model scenario without
 * audio, half a minute with two A2 full and their audio, and the memory of an hour.
 * Run: npx tsx bench/pedal.ts
 */
import { simulate } from '../src/study/simulate/simulate.ts';
import { jobOf, projectLibrary } from '../test/scenario/library.ts';

const library = projectLibrary();

const measure = (
  title: string,
  scenario: Record<string, unknown>,
  onAudio?: (block: Float32Array) => void,
): void => {
  const job = jobOf(scenario);
  // The first run compiles what the second one is measured with.
  simulate({ ...job, scenario: { ...job.scenario, durationSeconds: 1 } }, library, { onAudio });
  const start = performance.now();
  const cpu = process.cpuUsage();
  const result = simulate(job, library, { onAudio });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  const processor = (user + system) / 1e6;
  const megabytes = process.memoryUsage().rss / 1e6;
  process.stdout.write(
    `${title}: ${result.blocks} blocks, ${seconds.toFixed(2)} s (${processor.toFixed(2)} s of processor), ` +
      `${(result.simulatedSeconds / seconds).toFixed(0)} times real time, ${megabytes.toFixed(0)} MB\n`,
  );
};

const lite = { model: 'a2', width: 'lite' };
const full = { model: 'a2', width: 'full' };

measure('10 min, two models, 64 frames, no audio', {
  device: 'pi-4',
  slots: [lite, lite],
  durationSeconds: 600,
});
measure('10 min, two models, 16 frames, no audio', {
  device: 'darkglass-anagram',
  slots: [lite, lite],
  durationSeconds: 600,
});
measure('60 min, two models, 128 frames, no audio', {
  device: 'mod-dwarf',
  slots: [lite, lite],
  durationSeconds: 3600,
});
measure(
  '30 s, two A2 full, 64 frames, with audio',
  { device: 'pi-4', slots: [full, full], durationSeconds: 30 },
  () => {},
);
