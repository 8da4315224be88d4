import { describe, expect, test } from 'vitest';
import { audioClusterOf } from '../../src/device/audio-cluster.ts';
import type { CacheProfile, ChipProfile } from '../../src/device/profile.ts';
import { engines } from '../../src/engine/registry.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import { selectWidths } from '../../src/nam/widths.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { type CostedPoint, costPoint } from '../../src/study/cost/cost-point.ts';
import type { Figure } from '../../src/units/figure.ts';
import { chipOf, coreOf, model } from './predict-fixtures.ts';

/** Directions in which predictions must move, on the profiles that ship. */
const cache = new CostCache();

interface Setting {
  readonly model: string;
  readonly width: string;
  readonly device: string;
  readonly engine: string;
}

const networkOf = (id: string, width: string) => {
  const [found] = selectWidths(model(id), width);
  if (!found) throw new Error(`no width ${width} of ${id}`);
  return cache.slimmed(model(id), found, {}).network;
};

interface Change {
  readonly chip?: (chip: ChipProfile) => ChipProfile;
  readonly core?: (core: CoreProfile) => CoreProfile;
  readonly blockFrames?: number;
  readonly copies?: number;
}

let changes = 0;

const costed = (s: Setting, change: Change = {}): CostedPoint => {
  const chip = (change.chip ?? ((c) => c))(chipOf(s.device));
  const plain = coreOf(audioClusterOf(chip).coreId);
  // Timings are remembered by a core's id.
  const core = change.core ? { ...change.core(plain), id: `${plain.id}-${changes++}` } : plain;
  const result = costPoint(cache, {
    network: networkOf(s.model, s.width),
    chip,
    core,
    engines,
    engine: s.engine,
    blockFrames: change.blockFrames ?? chip.audio.blockFrames.value,
    copies: change.copies ?? 1,
    parallel: false,
  });
  if (result.engine === null) throw new Error(result.choice.reasons.join(' '));
  return result;
};

/** Expected cycles per sample. */
const cycles = (s: Setting, change: Change = {}): number => {
  const { cost } = costed(s, change);
  return cost.total.expected / cost.blockFrames;
};

const settings: readonly Setting[] = [
  { model: 'a2', width: 'lite', device: 'daisy-seed', engine: 't3k-embedded' },
  { model: 'a1-nano', width: 'full', device: 'daisy-seed', engine: 'nam-core-inline' },
  { model: 'a2', width: 'lite', device: 'rp2350', engine: 'nam-core-a2fast' },
  { model: 'a2', width: 'lite', device: 'tinker-board', engine: 'planar-neon' },
  { model: 'a1-nano', width: 'full', device: 'mod-dwarf', engine: 'nam-core' },
  { model: 'a2', width: 'lite', device: 'pi-3b-plus', engine: 'planar-neon' },
  { model: 'a1-lite', width: 'full', device: 'pi-4', engine: 'neural-audio' },
  { model: 'a2', width: 'full', device: 'orange-pi-5', engine: 'nam-core-a2fast' },
  { model: 'a2', width: 'lite', device: 'apple-m2', engine: 'nam-core-a2fast' },
];
const named = settings.map((s) => [`${s.model} ${s.width}, ${s.engine}, ${s.device}`, s] as const);

const scaled = (figure: Figure, factor: number, least = 0): Figure => ({
  value: Math.max(least, Math.round(figure.value * factor)),
  kind: 'estimate',
  source: 'a test',
});

/** Every figure of that name, wherever it stands, made larger. */
const withFigures = <T>(node: T, name: string, factor: number): T => {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((n) => withFigures(n, name, factor)) as T;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === name && typeof value === 'object' && value !== null && 'value' in value
        ? scaled(value as Figure, factor)
        : withFigures(value, name, factor),
    ]),
  ) as T;
};

/** A schedule out of order may win a little from an unlucky change; never more than this. */
const anomaly = 0.97;

const cacheSizes =
  (level: number, factor: number) =>
  (chip: ChipProfile): ChipProfile => ({
    ...chip,
    clusters: chip.clusters.map((cluster) => ({
      ...cluster,
      dataCaches: cluster.dataCaches.map(
        (cache, i): CacheProfile =>
          i === level ? { ...cache, sizeBytes: scaled(cache.sizeBytes, factor) } : cache,
      ),
    })),
  });

describe('changing one figure of a profile changes the prediction as it must', () => {
  test.each(named)('%s: longer latencies cost more', (_, s) => {
    const slow = cycles(s, {
      core: (core) => ({ ...core, operations: withFigures(core.operations, 'latency', 3) }),
    });
    expect(slow).toBeGreaterThan(cycles(s));
  });

  test.each(named)('%s: a core of width 1 costs no less', (_, s) => {
    const narrow = cycles(s, {
      core: (core) => ({
        ...core,
        issue: { ...core.issue, width: scaled(core.issue.width, 0, 1) },
      }),
    });
    expect(narrow).toBeGreaterThanOrEqual(cycles(s));
    if (coreOf(audioClusterOf(chipOf(s.device)).coreId).issue.width.value > 1) {
      expect(narrow).toBeGreaterThan(1.05 * cycles(s));
    }
  });

  test.each(named)('%s: operations that hold their ports for longer cost more', (_, s) => {
    const held = cycles(s, {
      core: (core) => {
        const fma = core.operations.fma ?? {};
        const long = scaled({ value: 8, kind: 'estimate', source: 'a test' }, 1);
        return {
          ...core,
          operations: {
            ...core.operations,
            fma: { ...fma, occupancy: long, q: { ...fma.q, occupancy: long } },
          },
        };
      },
    });
    expect(held).toBeGreaterThan(cycles(s));
  });

  test.each(named)('%s: fewer ports cost no less', (_, s) => {
    const few = cycles(s, {
      core: (core) => ({
        ...core,
        ports: Object.fromEntries(
          Object.entries(core.ports).map(([name, count]) => [name, scaled(count, 0, 1)]),
        ),
      }),
    });
    expect(few).toBeGreaterThanOrEqual(anomaly * cycles(s));
  });

  test.each(named)('%s: smaller first caches cost no less', (_, s) => {
    for (const factor of [0.5, 0.25]) {
      expect(cycles(s, { chip: cacheSizes(0, factor) })).toBeGreaterThanOrEqual(
        cycles(s, { chip: cacheSizes(0, factor * 2) }) * (1 - 1e-9),
      );
    }
  });

  test.each(named)('%s: a slower clock loads the core more', (_, s) => {
    const half = (chip: ChipProfile): ChipProfile => ({
      ...chip,
      clusters: chip.clusters.map((c) => ({ ...c, clockHz: scaled(c.clockHz, 0.5) })),
    });
    const clock = audioClusterOf(chipOf(s.device)).clockHz.value;
    const seconds = cycles(s) / clock;
    expect(cycles(s, { chip: half }) / (clock / 2)).toBeGreaterThan(1.2 * seconds);
    // Memory that keeps its time takes fewer of the slower cycles.
    expect(cycles(s, { chip: half })).toBeLessThanOrEqual(cycles(s) * (1 + 1e-9));
  });

  test('slower memory costs more where the working set does not fit', () => {
    const s: Setting = {
      model: 'a1-standard',
      width: 'full',
      device: 'mod-dwarf',
      engine: 'neural-audio',
    };
    const slow = (chip: ChipProfile): ChipProfile => ({
      ...chip,
      memory: withFigures(chip.memory, 'latencyNanoseconds', 3),
    });
    expect(cycles(s, { chip: slow })).toBeGreaterThan(1.02 * cycles(s));
  });

  test('flash that takes longer for a line costs NAM Core, which runs from it, and not assembly in ITCM', () => {
    const slow = (chip: ChipProfile): ChipProfile => ({
      ...chip,
      memory: {
        ...chip.memory,
        regions: chip.memory.regions.map((r) =>
          r.readOnly ? { ...r, waitCycles: scaled(r.waitCycles, 2) } : r,
        ),
      },
    });
    const [t3k, inline] = [settings[0], settings[1]] as [Setting, Setting];
    expect(cycles(inline, { chip: slow })).toBeGreaterThan(1.1 * cycles(inline));
    expect(cycles(t3k, { chip: slow })).toBe(cycles(t3k));
  });
});

describe('blocks, widths and copies that no measurement covers', () => {
  const pipeline = (p: CostedPoint): number =>
    p.cost.steps.reduce((sum, step) => sum + step.pipeline.expected, 0) / p.cost.blockFrames;
  const waits = (p: CostedPoint): number =>
    p.cost.steps.reduce(
      (sum, step) => sum + Object.values(step.memory).reduce((a, b) => a + b, 0),
      0,
    ) / p.cost.blockFrames;

  test.each(named)(
    '%s: larger blocks cost less, save for the memory that explain names',
    (_, s) => {
      // Tiles of the assembly for the M7 hold six frames; frames left over cost about twice as much.
      const whole = s.engine === 't3k-embedded';
      const sizes = whole ? [24, 48, 96, 192] : [16, 32, 64, 128, 256];
      const costs = sizes.map((blockFrames) => costed(s, { blockFrames }));
      for (let i = 1; i < costs.length; i++) {
        const [before, after] = [costs[i - 1], costs[i]] as [CostedPoint, CostedPoint];
        expect(pipeline(after), `${sizes[i]} frames`).toBeLessThanOrEqual(1.03 * pipeline(before));
        const rise = (p: CostedPoint): number => p.cost.total.expected / p.cost.blockFrames;
        expect(rise(after) - 1.03 * rise(before)).toBeLessThanOrEqual(
          Math.max(0, waits(after) - waits(before)) + 1e-6,
        );
      }
    },
  );

  const slim: readonly (readonly [string, string])[] = [
    ['nam-core', 'pi-3b-plus'],
    ['nam-core-inline', 'pi-4'],
    ['nam-core', 'orange-pi-5'],
    ['neural-audio', 'darkglass-anagram'],
    ['pedalbench', 'mod-dwarf'],
    ['pedalbench', 'daisy-seed'],
  ];
  test.each(slim)('%s on %s: twice the channels never cost less', (engine, device) => {
    const at = (channels: number): number =>
      cycles({ model: 'slim-8', width: `ch:${channels}`, device, engine });
    for (const channels of engine === 'nam-core-inline' ? [2, 3, 4] : [1, 2, 3, 4]) {
      expect(at(2 * channels), `${2 * channels} channels`).toBeGreaterThan(at(channels));
    }
  });

  test('one channel is a depthwise convolution to NAM Core: costlier than three of the inline products', () => {
    const at = (width: string): number =>
      cycles({ model: 'slim-8', width, device: 'pi-4', engine: 'nam-core-inline' });
    // Counted on the real library: 2,218 instructions a sample for one channel, 755 for three.
    expect(at('ch:1')).toBeGreaterThan(1.5 * at('ch:3'));
  });

  test.each(named)('%s: two copies cost no less than twice one', (_, s) => {
    expect(cycles(s, { copies: 2 })).toBeGreaterThanOrEqual(2 * cycles(s) * (1 - 1e-3));
  });
});

test('where nothing flushes subnormal numbers, only the worst case rises, and the reasons say so', () => {
  const s: Setting = { model: 'a2', width: 'full', device: 'orange-pi-5', engine: 'planar-neon' };
  const open = (chip: ChipProfile): ChipProfile => ({
    ...chip,
    flushToZero: { value: false, kind: 'estimate', source: 'a test' },
  });
  const [flushed, kept] = [costed(s), costed(s, { chip: open })];
  expect(flushed.denormalCycles).toBe(0);
  expect(kept.denormalCycles).toBeGreaterThan(0);
  expect(kept.cost.total.expected).toBe(flushed.cost.total.expected);
  expect(kept.cost.total.worst).toBeCloseTo(flushed.cost.total.worst + kept.denormalCycles, 6);
});

test('NEON of 32 bits flushes whatever the mode: only scalar code pays', () => {
  const s: Setting = { model: 'a2', width: 'full', device: 'tinker-board', engine: 'planar-neon' };
  const open = (chip: ChipProfile): ChipProfile => ({
    ...chip,
    flushToZero: { value: false, kind: 'estimate', source: 'a test' },
  });
  const vectors = (core: CoreProfile): CoreProfile => ({
    ...core,
    denormals: { ...core.denormals, vectorAlwaysFlushes: false },
  });
  expect(costed(s, { chip: open }).denormalCycles).toBeLessThan(
    0.2 * costed(s, { chip: open, core: vectors }).denormalCycles,
  );
});
