/** Reads a device profile from parsed JSON. Touches no files. */
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { type DeviceProfile, deviceSchema } from './profile.ts';
import { faultsOf } from './profile-faults.ts';

/** Rules that tie fields of different places together. */
const crossChecks = (profile: DeviceProfile): string[] => {
  const { chip } = profile;
  const faults: string[] = [];
  if (chip === null) {
    if (profile.evidence.length === 0 && (profile.notes ?? []).length === 0) {
      faults.push(
        'evidence: empty, and `chip` is null. Write what is known to run, or describe the chip.',
      );
    }
    return faults;
  }
  if (!chip.clusters.some((c) => c.audioCores.value > 0)) {
    faults.push(
      'chip.clusters: no cluster has `audioCores` above 0. Say which cores audio runs on.',
    );
  }
  chip.clusters.forEach((c, i) => {
    const caches = [
      ...c.dataCaches.map((cache, n) => [`dataCaches[${n}]`, cache] as const),
      ...(c.instructionCache === null ? [] : [['instructionCache', c.instructionCache] as const]),
    ];
    for (const [path, { sizeBytes, lineBytes, ways }] of caches) {
      const way = lineBytes.value * ways.value;
      if (sizeBytes.value % way === 0) continue;
      faults.push(
        `chip.clusters[${i}].${path}.sizeBytes: expected a multiple of lineBytes x ways (${lineBytes.value} x ${ways.value} = ${way}), got ${sizeBytes.value}.`,
      );
    }
    c.dataCaches.forEach(({ sizeBytes }, n) => {
      const inner = c.dataCaches[n - 1];
      if (inner === undefined || sizeBytes.value >= inner.sizeBytes.value) return;
      faults.push(
        `chip.clusters[${i}].dataCaches[${n}].sizeBytes: expected at least that of the cache before it (${inner.sizeBytes.value}), because they go from the core outwards, got ${sizeBytes.value}.`,
      );
    });
    if (c.audioCores.value > c.count.value) {
      faults.push(
        `chip.clusters[${i}].audioCores: expected at most count (${c.count.value}), got ${c.audioCores.value}.`,
      );
    }
  });
  const { regions, placement, enginePlacements, dram } = chip.memory;
  if (regions.length > 0) {
    const names = regions.map((r) => r.name);
    if (placement === null) {
      faults.push(
        `chip.memory.placement: null, but there are regions. Say which of ${names.join(', ')} holds weights, history, scratch and code.`,
      );
    }
    const placements = [
      ['placement', placement] as const,
      ...Object.entries(enginePlacements ?? {}).map(
        ([engine, stated]) => [`enginePlacements.${engine}`, stated] as const,
      ),
    ];
    const places = placements.flatMap(([path, stated]) =>
      Object.entries(stated?.value ?? {}).map(([kind, name]) => [path, kind, name] as const),
    );
    for (const [path, kind, name] of places) {
      if (!names.includes(name)) {
        faults.push(
          `chip.memory.${path}.value.${kind}: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}.${didYouMean(name, names)}`,
        );
      }
    }
  } else if (dram === null) {
    faults.push('chip.memory: neither `dram` nor `regions`. Describe one of them.');
  }
  const { tune } = chip.build;
  if (/^[amr]\d+\w*$/i.test(tune)) {
    faults.push(
      `chip.build.tune: expected what the compiler's -mcpu or -mtune says, got "${tune}". Write "cortex-${tune.toLowerCase()}".`,
    );
  }
  const { blockFrames, allowedBlockFrames } = chip.audio;
  if (!allowedBlockFrames.value.includes(blockFrames.value)) {
    faults.push(
      `chip.audio.blockFrames.value: expected one of the allowed ${allowedBlockFrames.value.join(', ')}, got ${blockFrames.value}. Add it to allowedBlockFrames, or write one of them.`,
    );
  }
  return faults;
};

/**
 * The profile in `document` (parsed JSON). `file` begins every line of the message.
 * @throws DeviceError 'invalid-profile', one line a fault.
 */
export const parseProfile = (document: unknown, file: string): DeviceProfile => {
  // A process reads a few profiles: code that zod generates for them takes longer than it saves.
  const result = deviceSchema.safeParse(document, { jitless: true });
  const faults = result.success
    ? crossChecks(result.data)
    : faultsOf(deviceSchema, result.error, document);
  if (!result.success || faults.length > 0) {
    throw new DeviceError('invalid-profile', faults.map((f) => `${file}: ${f}`).join('\n'));
  }
  return result.data;
};
