/** The planar model of one stack: its weights, rings and the steps of a block. */
import { TemplateCache } from '../../kernel/builder.ts';
import type { BufferId, Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { armv7HeadPass, armv7InputPass, armv7OutputPass } from './armv7-edges.ts';
import { armv7Layer } from './armv7-layer.ts';
import { frameFloats } from './compiled.ts';
import { headPass, inputPass, outputPass } from './edges.ts';
import { fullLayer, fullPack } from './full-layer.ts';
import { liteLayer, litePack } from './lite-layer.ts';
import { Lowering } from './lowering.ts';
import { memmoveFloats } from './memmove.ts';
import { type Instance, type Schedule, scheduleFor } from './schedule.ts';
import type { Stack, StackLayer } from './stack.ts';

/** Shared by all models: equal shapes have equal templates. */
const cache: TemplateCache = new TemplateCache();

/** Layers as each schedule writes them. */
const layerCaches = new Map<Schedule, TemplateCache>();

const layerCacheOf = (schedule: Schedule): TemplateCache => {
  const own = layerCaches.get(schedule) ?? new TemplateCache();
  layerCaches.set(schedule, own);
  return own;
};

const packLite = (layer: StackLayer): Float32Array => {
  const { kernelSize: k, conv, mixin, layer1x1 } = layer;
  const out = new Float32Array(litePack.floats(k));
  const end = litePack.tapFloats * k;
  for (let o = 0; o < 3; o++) {
    for (let j = 0; j < 3; j++) {
      for (let t = 0; t < k; t++) out[12 * t + 3 * j + o] = conv.weights[(t * 3 + o) * 3 + j]!;
      out[end + 8 + 3 * j + o] = layer1x1.weights[o * 3 + j]!;
    }
    out[end + o] = conv.bias?.[o] ?? 0;
    out[end + 4 + o] = mixin.weights[o]!;
    out[end + 20 + o] = layer1x1.bias?.[o] ?? 0;
  }
  return out;
};

const packFull = (layer: StackLayer): Float32Array => {
  const { kernelSize: k, conv, mixin, layer1x1 } = layer;
  const out = new Float32Array(fullPack.floats(k));
  for (let o = 0; o < 8; o++) {
    for (let j = 0; j < 8; j++) {
      for (let t = 0; t < k; t++) out[64 * t + 8 * j + o] = conv.weights[(t * 8 + o) * 8 + j]!;
      out[fullPack.layer1x1(k) + 8 * o + j] = layer1x1.weights[o * 8 + j]!;
    }
    out[fullPack.bias(k) + o] = conv.bias?.[o] ?? 0;
    out[fullPack.mixin(k) + o] = mixin.weights[o]!;
    out[fullPack.layer1x1Bias(k) + o] = layer1x1.bias?.[o] ?? 0;
  }
  return out;
};

const packed = new WeakMap<StackLayer, Float32Array>();

/** Once for each layer: all programs of a stack read the same weights. */
const packLayer = (layer: StackLayer, channels: 3 | 8): Float32Array => {
  let pack = packed.get(layer);
  if (pack === undefined) {
    pack = channels === 3 ? packLite(layer) : packFull(layer);
    packed.set(layer, pack);
  }
  return pack;
};

const packHead = (stack: Stack): Float32Array => {
  const row = stack.channels === 3 ? 4 : 8;
  const { kernelSize, weights, bias } = stack.head;
  const out = new Float32Array(row * kernelSize + 2);
  for (let k = 0; k < kernelSize; k++) {
    for (let c = 0; c < stack.channels; c++) out[row * k + c] = weights[k * stack.channels + c]!;
  }
  out[row * kernelSize] = bias?.[0] ?? 0;
  out[row * kernelSize + 1] = stack.headScale;
  return out;
};

const instanceOf = (stack: Stack, index: number): Instance => {
  if (index === 0) return 'first6';
  if (index === stack.layers.length - 1) return 'last6';
  return stack.layers[index]!.kernelSize === 6 ? 'middle6' : 'middle15';
};

interface PlanarRing {
  readonly id: RingId;
  readonly buffer: BufferId;
  readonly columns: number;
  readonly lookback: number;
}

/** Bytes of the hot loops' machine code, by isa and channels: GCC 12.2's output. */
const codeBytes = (isa: Target['isa'], channels: number): number =>
  isa === 'aarch64' ? (channels === 3 ? 20_000 : 14_000) : channels === 3 ? 16_000 : 26_000;

export function lowerPlanar(stack: Stack, target: Target, frames: number): Lowered {
  const model = new Lowering();
  const channels = stack.channels as 3 | 8; // isA2 has refused others
  const planes = Array.from({ length: channels }, (_, c) => c);
  const arm = target.isa === 'armv7-neon';
  const isa = arm ? 'armv7-neon' : 'aarch64';
  const schedule = scheduleFor(target);
  const layerCache = layerCacheOf(schedule);
  const last = stack.layers.length - 1;

  const input = model.buffer('input', frames, 'io');
  const output = model.buffer('output', frames, 'io');
  const cond = model.buffer('condition', frames, 'scratch');
  const headOut = model.buffer('head out', frames, 'scratch');
  const stackFrame = model.buffer('stack', frameFloats, 'stack');
  const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });

  const ringOf = (name: string, lookback: number): PlanarRing => {
    // Written forwards; when the next block does not fit, the lookback moves to the front.
    const columns = 2 * lookback + frames;
    const buffer = model.buffer(name, channels * columns, 'history');
    const id = model.ring({
      name,
      buffer,
      channels,
      layout: 'planar',
      columns,
      lookback,
      policy: { kind: 'linear', start: lookback },
    });
    return { id, buffer, columns, lookback };
  };
  const plane = (ring: PlanarRing, c: number, delay: number): Reference => ({
    buffer: ring.buffer,
    offset: c * ring.columns,
    ring: { id: ring.id, delay },
  });
  const rewind = (layer: string, ring: PlanarRing): void => {
    // After a rewind, lookback + block columns are left: whole blocks of them pass until the next.
    const perBlock = 1 / (Math.floor(ring.lookback / frames) + 1);
    const move = memmoveFloats(cache, ring.lookback, isa);
    model.ringStep(
      layer,
      'rewind',
      ring.id,
      [
        { template: rewindGlue(), times: 1, slots: [] },
        ...planes.map((c) => ({
          template: move,
          times: 1,
          slots: [
            at(ring.buffer, c * ring.columns + ring.columns - ring.lookback),
            at(ring.buffer, c * ring.columns),
          ],
        })),
      ],
      { perBlock },
    );
  };
  const rewindGlue = (): Template =>
    cache.get(`planar-neon/rewind/${channels}`, (b) => {
      b.cost('int', 9 + 7 * channels);
      b.cost('loadInt', 2 + 5 * channels);
      b.cost('storeInt', 3);
      b.cost('branch', 2 * channels);
    });

  const rings = stack.layers.map((layer, i) => ringOf(`layer ${i}`, layer.lookback));
  const headRing = ringOf('head', stack.head.kernelSize - 1);
  const headSum = channels === 3 ? model.buffer('head sum', 3 * frames, 'scratch') : null;
  const rechannel = model.buffer('rechannel', channels, 'weights', stack.rechannel.weights);

  rewind('input', rings[0]!);
  model.kernel('input', 'input', (arm ? armv7InputPass : inputPass)(cache, { channels, frames }), [
    at(stackFrame),
    at(input),
    at(cond),
    at(rechannel),
    ...planes.map((c) => plane(rings[0]!, c, 0)),
  ]);
  if (headSum === null) rewind('head', headRing);

  stack.layers.forEach((layer, i) => {
    const name = `array 0 layer ${i}`;
    const ring = rings[i]!;
    const pack = packLayer(layer, channels);
    const weights = model.buffer(`${name} weights`, pack.length, 'weights', pack);
    const next = rings[i + 1];
    if (next) rewind(name, next);
    const shape = {
      kernelSize: layer.kernelSize,
      instance: instanceOf(stack, i),
      frames,
      slope: stack.slope,
    };
    const heads =
      headSum === null
        ? planes.map((c) => plane(headRing, c, 0))
        : arm
          ? planes.map((c) => at(headSum, c * frames))
          : [at(headSum)];
    const template = arm
      ? armv7Layer(cache, { ...shape, channels, fastMath: target.fastMath })
      : channels === 3
        ? liteLayer(layerCache, shape, schedule)
        : fullLayer(layerCache, shape, schedule);
    model.kernel(name, 'layer', template, [
      at(stackFrame),
      at(weights),
      at(cond),
      ...heads,
      ...Array.from({ length: layer.kernelSize }, (_, k) =>
        planes.map((c) => plane(ring, c, (layer.kernelSize - 1 - k) * layer.dilation)),
      ).flat(),
      ...(i === last || !next ? [] : planes.map((c) => plane(next, c, 0))),
    ]);
    model.ringStep(name, 'advance', ring.id);
  });

  if (headSum !== null) {
    rewind('head', headRing);
    const copy = memmoveFloats(cache, frames, isa);
    model.ringStep(
      'head',
      'write',
      headRing.id,
      planes.map((c) => ({
        template: copy,
        times: 1,
        slots: [at(headSum, c * frames), plane(headRing, c, 0)],
      })),
      { src: at(headSum) },
    );
  }
  const pack = packHead(stack);
  const headWeights = model.buffer('head weights', pack.length, 'weights', pack);
  const taps = stack.head.kernelSize;
  model.kernel(
    'head',
    'head',
    (arm ? armv7HeadPass : headPass)(cache, { channels, frames, taps }),
    [
      at(stackFrame),
      at(headWeights),
      at(headOut),
      ...Array.from({ length: taps }, (_, k) =>
        planes.map((c) => plane(headRing, c, taps - 1 - k)),
      ).flat(),
    ],
  );
  model.ringStep('head', 'advance', headRing.id);
  model.kernel('output', 'output', (arm ? armv7OutputPass : outputPass)(cache, frames), [
    at(stackFrame),
    at(headOut),
    at(output),
  ]);
  return model.finish(
    'planar-neon',
    target,
    frames,
    { input, output },
    codeBytes(target.isa, channels),
  );
}
