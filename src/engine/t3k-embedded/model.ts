/** The generated engine of one stack: its rings, weights and the steps of a block, for both targets. */
import { TemplateCache } from '../../kernel/builder.ts';
import type { BufferId, Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import { Lowering } from '../planar-neon/lowering.ts';
import type { Stack } from '../planar-neon/stack.ts';
import {
  clearHead,
  type Edge,
  headPass,
  mirrorFrame,
  rechannelPass,
  scalePass,
  shiftHead,
} from './edges.ts';
import { mirrorShares } from './mirror.ts';
import { mirrorTile, straddlingTile } from './mirror-store.ts';
import { neonLayer, neonTiles } from './neon-layer.ts';
import { packStack } from './pack.ts';
import { scalarLayer } from './scalar-layer.ts';
import { scalarTile } from './scalar-tile.ts';

/** Shared by all models: equal shapes have equal templates. */
const cache: TemplateCache = new TemplateCache();

/** A layer's input: one ring of columns, or one per channel plane. */
interface LayerRing {
  readonly parts: readonly { readonly id: RingId; readonly buffer: BufferId }[];
  readonly lookback: number;
}

const stackFloats = 1024;

export function lowerEmbedded(stack: Stack, target: Target, frames: number): Lowered {
  const model = new Lowering();
  const { channels } = stack;
  const neon = target.isa === 'aarch64';
  const edge: Edge = { channels, frames, layout: neon ? 'planar' : 'interleaved' };
  const lanes = neon ? 4 : 1;
  const last = stack.layers.length - 1;
  const tile = scalarTile(channels, frames);
  const onNeon = neonTiles(channels, frames);
  const tileGroups = neon
    ? [
        { width: 4 * onNeon.assemblyVectors, count: onNeon.assembly },
        { width: 4 * onNeon.intrinsicsVectors, count: onNeon.intrinsics },
      ]
    : [{ width: tile.frames, count: Math.floor(frames / tile.frames) }];
  const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });

  const input = model.buffer('input', frames, 'io');
  const output = model.buffer('output', frames, 'io');
  const frame = model.buffer('stack', stackFloats, 'stack');
  const pack = packStack(stack);
  const weights = model.buffer('weights', pack.data.length, 'weights', pack.data);
  const history = stack.head.kernelSize - 1;
  const head = model.buffer('head', channels * (history + frames), 'scratch');
  const headOut = model.buffer('head out', frames, 'scratch');

  const ringOf = (name: string, lookback: number): LayerRing => {
    // Live columns, then a mirror of the first block of them.
    const columns = lookback + 2 * frames;
    const width = neon ? 1 : channels;
    const parts = Array.from({ length: channels / width }, (_, c) => {
      const own = neon ? `${name} plane ${c}` : name;
      const buffer = model.buffer(own, width * columns, 'history');
      const id = model.ring({
        name: own,
        buffer,
        channels: width,
        layout: neon ? 'planar' : 'interleaved',
        columns,
        lookback,
        policy: { kind: 'mirrored', start: 0, period: lookback + frames },
      });
      return { id, buffer };
    });
    return { parts, lookback };
  };
  const place = (ring: LayerRing, delay: number): readonly Reference[] =>
    ring.parts.map(({ id, buffer }) => ({ buffer, offset: 0, ring: { id, delay } }));
  /** A block was written in place, past the live columns if need be: wrap it and refresh the mirror. */
  const settle = (
    layer: string,
    ring: LayerRing,
    templates: Parameters<Lowering['ringStep']>[3],
  ): void => {
    ring.parts.forEach(({ id, buffer }, part) => {
      model.ringStep(layer, 'write', id, part === 0 ? templates : [], {
        src: { buffer, offset: 0, ring: { id, delay: 0 } },
      });
      model.ringStep(layer, 'mirror', id);
    });
  };
  const stores = (ring: LayerRing): Parameters<Lowering['ringStep']>[3] => {
    const slot = place(ring, 0)[0]!;
    let from = 0;
    const groups = tileGroups.flatMap(({ width, count }) => {
      const { straddling, mirrored } = mirrorShares(ring.lookback, frames, width, from, count);
      from += width * count;
      return [
        {
          template: mirrorTile(cache, channels, width, lanes),
          times: mirrored,
          slots: [slot],
        },
        {
          template: straddlingTile(cache, channels, width, lanes),
          times: straddling,
          slots: [slot, at(frame)],
        },
      ];
    });
    return [
      ...groups,
      {
        template: mirrorFrame(cache, channels),
        times: ((frames - from) * frames) / (ring.lookback + frames),
        slots: [slot],
      },
    ].filter(({ times }) => times > 0);
  };

  const rings = stack.layers.map((layer, i) => ringOf(`layer ${i}`, layer.lookback));
  const first = rings[0]!;
  model.kernel('input', 'rechannel', rechannelPass(cache, edge), [
    at(weights),
    at(input),
    ...place(first, 0),
  ]);
  settle('input', first, [
    {
      template: mirrorFrame(cache, channels),
      times: (frames * frames) / (first.lookback + frames),
      slots: [place(first, 0)[0]!],
    },
  ]);
  model.kernel('head', 'clear', clearHead(cache, edge, history), [at(head)]);

  stack.layers.forEach((layer, i) => {
    const name = `array 0 layer ${i}`;
    const { kernelSize, dilation } = layer;
    const next = rings[i + 1];
    const shape = { channels, kernelSize, frames, slope: stack.slope, last: i === last };
    const template = neon ? neonLayer(cache, shape) : scalarLayer(cache, { ...shape, tile });
    const rows = neon
      ? Array.from({ length: channels }, (_, c) => at(head, c * (history + frames) + history))
      : [at(head, channels * history)];
    model.kernel(name, 'layer', template, [
      at(frame),
      at(weights, pack.layers[i]!),
      at(input),
      ...rows,
      ...Array.from({ length: kernelSize }, (_, k) =>
        place(rings[i]!, (kernelSize - 1 - k) * dilation),
      ).flat(),
      ...(next ? place(next, 0) : []),
    ]);
    if (next) settle(name, next, stores(next));
  });

  const taps = stack.head.kernelSize;
  model.kernel('head', 'head', headPass(cache, { ...edge, taps }), [
    at(weights, pack.head),
    at(head),
    at(headOut),
  ]);
  model.kernel('head', 'shift', shiftHead(cache, edge, history), [at(head)]);
  stack.layers.forEach((_, i) => {
    const { parts } = rings[i]!;
    parts.forEach(({ id }, part) => {
      const advance = cache.get('t3k-embedded/advance', (b) => {
        b.cost('loadInt', 1);
        b.cost('int', 4);
        b.cost('storeInt', 1);
      });
      const templates = part === 0 ? [{ template: advance, times: 1, slots: [] }] : [];
      model.ringStep(`array 0 layer ${i}`, 'advance', id, templates);
    });
  });
  model.kernel('output', 'scale', scalePass(cache, edge), [
    at(weights, pack.head + channels * taps + 1),
    at(headOut),
    at(output),
  ]);
  return model.finish(
    't3k-embedded',
    target,
    frames,
    { input, output },
    codeBytesOf(channels, neon),
  );
}

/** 12.4 KB of code for 3 channels, 22.2 KB for 8 on the Cortex-M7; the AArch64 code is unrolled alike. */
const codeBytesOf = (channels: number, neon: boolean): number =>
  Math.round((neon ? 1.4 : 1) * (6_500 + 1_960 * channels));
