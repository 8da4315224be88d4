/** The profile of `host`: the machine that the system names, or what is missing to describe it. */
import type { Figure } from '../units/figure.ts';
import { audioClusterOf } from './audio-cluster.ts';
import { type FoundMachine, type MachineWords, machineOf } from './machine-words.ts';
import type { CacheProfile, ChipProfile, DeviceProfile } from './profile.ts';

/** Profiles whose caches, memory and build stand for every machine of a core; `host.json` for the x86. */
const standsFor: Readonly<Record<string, string>> = {
  'cortex-a7': 'class-a7-1000',
  'cortex-a17': 'tinker-board',
  'cortex-a35': 'class-a35-1300',
  'cortex-a53': 'class-a53-1500',
  'cortex-a55': 'class-a55-1800',
  'cortex-a72': 'pi-4',
  'cortex-a76': 'pi-5',
  'apple-m2-p': 'apple-m2',
};

type CacheRow = readonly [bytes: Span, ways: number, cycles: Span];
type Span = readonly [value: number, low: number, high: number];

const [KiB, MiB] = [1024, 1024 ** 2];
const exactly = (value: number): Span => [value, value, value];
/** L1, L2 and L3 from the core outwards; those of Zen 5 stand in `host.json`. */
const cachesOfCore: Readonly<Record<string, readonly CacheRow[]>> = {
  zen2: [
    [exactly(32 * KiB), 8, [4, 4, 7]],
    [exactly(512 * KiB), 8, [12, 12, 14]],
    [[16 * MiB, 4 * MiB, 16 * MiB], 16, [40, 36, 50]],
  ],
  zen3: [
    [exactly(32 * KiB), 8, [4, 4, 7]],
    [exactly(512 * KiB), 8, [12, 12, 14]],
    [[32 * MiB, 16 * MiB, 32 * MiB], 16, [46, 42, 55]],
  ],
  zen4: [
    [exactly(32 * KiB), 8, [4, 4, 7]],
    [exactly(1 * MiB), 8, [14, 14, 16]],
    [[32 * MiB, 16 * MiB, 32 * MiB], 16, [50, 46, 60]],
  ],
  'golden-cove': [
    [exactly(48 * KiB), 12, [5, 5, 7]],
    [[1280 * KiB, 1280 * KiB, 2048 * KiB], 10, [15, 14, 17]],
    [[24 * MiB, 12 * MiB, 36 * MiB], 12, [65, 55, 75]],
  ],
};
const cacheSource = 'published specifications of the family (from memory, not checked)';

/** A virtual machine says the nominal clock: a Zen 5 that said 2.1 GHz ran at 3.5 to 3.7. */
const turboOverNominal = 1.75;
/** What a core keeps of its top clock while its neighbours work. */
const sustainedShare = 0.85;

const estimate = (span: Span, source: string): Figure => {
  const [value, low, high] = span;
  return { value, low, high, kind: 'estimate', source };
};

const cachesFor = (core: string, own: readonly CacheProfile[]): readonly CacheProfile[] =>
  own.map((cache, i) => {
    const row = cachesOfCore[core]?.[i];
    if (row === undefined) return cache;
    const [bytes, ways, cycles] = row;
    return {
      ...cache,
      sizeBytes: estimate(bytes, cacheSource),
      ways: estimate(exactly(ways), cacheSource),
      latencyCycles: estimate(cycles, cacheSource),
    };
  });

const clockFigure = ({ clock }: FoundMachine): Figure | null => {
  if (clock === null) return null;
  const { hertz, from } = clock;
  if (from === 'cpufreq') {
    const low = Math.round(sustainedShare * hertz);
    return estimate([hertz, low, hertz], 'the top clock that cpufreq of this machine names');
  }
  const high = Math.round(turboOverNominal * hertz);
  const source = 'the clock that /proc/cpuinfo of this machine names, without turbo';
  return estimate([hertz, hertz, high], source);
};

const undescribed = (host: DeviceProfile, why: string): DeviceProfile => ({
  ...host,
  chip: null,
  notes: [
    `${why} Name a profile that is like it (\`--device class-a53-1500\`, \`pi-5\`, ...), or describe it: \`pedalbench devices copy pi-5 my-machine\`, then its core and clock.`,
  ],
});

const chipOf = (
  host: ChipProfile,
  like: ChipProfile,
  machine: FoundMachine & { readonly core: string },
  clockHz: Figure,
): ChipProfile => {
  const own = audioClusterOf(like);
  const { core: coreId, name, processors } = machine;
  const count = estimate(exactly(processors), 'as the system of this machine counts');
  const dataCaches = cachesFor(coreId, own.dataCaches);
  return {
    ...like,
    soc: { value: name, kind: 'estimate', source: 'as the system of this machine says' },
    clusters: [{ ...own, coreId, count, audioCores: count, clockHz, dataCaches }],
    audio: host.audio,
    host: host.host,
    interference: [],
    os: null,
    dvfs: null,
    thermal: null,
  };
};

/**
 * `host` with the chip of the machine that `words` speak of; without a chip, and with a note that says
 * what was found and what to do, where no core describes it or it names no clock.
 * @param profileOf finds the shipped profile of an id
 */
export const machineAtHand = (
  host: DeviceProfile,
  words: MachineWords | null,
  profileOf: (id: string) => DeviceProfile,
): DeviceProfile => {
  if (words === null) return undescribed(host, 'Nothing here says which machine this is.');
  const machine = machineOf(words);
  const { core } = machine;
  if (core === null) {
    return undescribed(host, `The machine at hand is ${machine.name}, which no core describes.`);
  }
  const instead = standsFor[core];
  const like = instead === undefined ? host.chip : profileOf(instead).chip;
  if (host.chip === null || like === null) return host;
  // Every machine of this brand has the clock of the profile.
  const clockHz =
    clockFigure(machine) ?? (core === 'apple-m2-p' ? audioClusterOf(like).clockHz : null);
  if (clockHz === null) {
    const found = `The machine at hand is ${machine.name}, a ${core}`;
    return undescribed(host, `${found}, and its system names no clock.`);
  }
  return { ...host, chip: chipOf(host.chip, like, { ...machine, core }, clockHz) };
};
