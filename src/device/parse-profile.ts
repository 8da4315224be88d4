/** Reads the profile of a device or of a core from parsed JSON. Touches no files. */
import { type CoreProfile, coreSchema } from '../machine/pipeline/core-profile.ts';
import { checked } from './checked.ts';
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import type { CacheProfile, ChipProfile, ClusterProfile, DeviceProfile } from './profile.ts';
import { deviceSchema } from './profile.ts';

function* clusterFaults(c: ClusterProfile, at: string): Generator<string> {
  const caches: (readonly [string, CacheProfile])[] = c.dataCaches.map((cache, n) => [
    `dataCaches[${n}]`,
    cache,
  ]);
  if (c.instructionCache !== null) caches.push(['instructionCache', c.instructionCache]);
  for (const [path, { sizeBytes, lineBytes, ways }] of caches) {
    const way = lineBytes.value * ways.value;
    if (sizeBytes.value % way === 0) continue;
    yield `${at}.${path}.sizeBytes: expected a multiple of lineBytes x ways (${lineBytes.value} x ${ways.value} = ${way}), got ${sizeBytes.value}.`;
  }
  for (const [n, { sizeBytes }] of c.dataCaches.entries()) {
    const inner = c.dataCaches[n - 1];
    if (inner === undefined || sizeBytes.value >= inner.sizeBytes.value) continue;
    yield `${at}.dataCaches[${n}].sizeBytes: expected at least that of the cache before it (${inner.sizeBytes.value}), because they go from the core outwards, got ${sizeBytes.value}.`;
  }
  if (c.audioCores.value > c.count.value) {
    yield `${at}.audioCores: expected at most count (${c.count.value}), got ${c.audioCores.value}.`;
  }
}

function* memoryFaults(memory: ChipProfile['memory']): Generator<string> {
  const { dram, regions, placement, enginePlacements = {} } = memory;
  if (regions.length === 0) {
    if (dram === null) yield 'chip.memory: neither `dram` nor `regions`. Describe one of them.';
    return;
  }
  const names = regions.map((r) => r.name);
  if (placement === null) {
    yield `chip.memory.placement: null, but there are regions. Say which of ${names.join(', ')} holds weights, history, scratch and code.`;
  }
  const engines = Object.entries(enginePlacements).map(
    ([engine, stated]) => [`enginePlacements.${engine}`, stated] as const,
  );
  for (const [path, stated] of [['placement', placement] as const, ...engines]) {
    for (const [kind, name] of Object.entries(stated?.value ?? {})) {
      if (names.includes(name)) continue;
      yield `chip.memory.${path}.value.${kind}: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}.${didYouMean(name, names)}`;
    }
  }
}

/** Rules that tie fields of different places together. */
function* crossChecks({ chip, evidence, notes = [] }: DeviceProfile): Generator<string> {
  if (chip === null) {
    if (evidence.length === 0 && notes.length === 0) {
      yield 'evidence: empty, and `chip` is null. Write what is known to run, or describe the chip.';
    }
    return;
  }
  if (!chip.clusters.some((c) => c.audioCores.value > 0)) {
    yield 'chip.clusters: no cluster has `audioCores` above 0. Say which cores audio runs on.';
  }
  for (const [i, c] of chip.clusters.entries()) yield* clusterFaults(c, `chip.clusters[${i}]`);
  yield* memoryFaults(chip.memory);
  const { tune } = chip.build;
  if (/^[amr]\d+\w*$/i.test(tune)) {
    yield `chip.build.tune: expected what the compiler's -mcpu or -mtune says, got "${tune}". Write "cortex-${tune.toLowerCase()}".`;
  }
  const { blockFrames, allowedBlockFrames } = chip.audio;
  if (!allowedBlockFrames.value.includes(blockFrames.value)) {
    yield `chip.audio.blockFrames.value: expected one of the allowed ${allowedBlockFrames.value.join(', ')}, got ${blockFrames.value}. Add it to allowedBlockFrames, or write one of them.`;
  }
}

/** Forty times what the largest has. */
const values = 20_000;

const refuse = (faults: string): DeviceError => new DeviceError('invalid-profile', faults);

/**
 * The profile in `document` (parsed JSON). `file` begins every line of the message.
 * @throws DeviceError 'invalid-profile', one line a fault.
 */
export const parseProfile = (document: unknown, file: string): DeviceProfile =>
  checked(deviceSchema, document, file, refuse, { check: crossChecks, values });

/**
 * A core's profile from parsed JSON.
 * @throws DeviceError 'invalid-profile', one line a fault, each beginning with `file`.
 */
export const parseCore = (document: unknown, file: string): CoreProfile =>
  checked(coreSchema, document, file, refuse, { values });
