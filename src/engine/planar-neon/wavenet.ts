/** The planar model of one stack: its weights, rings and the steps of a block. */
import type { BufferId, Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { costs } from '../common/code.ts';
import { packLayer, type Stack, type StackLayer } from '../common/layer-stack.ts';
import { Lowering, rewindsPerBlock } from '../common/lowering.ts';
import { frameFloats } from '../common/stack-frame.ts';
import { type StackLayerShape, upTo } from '../common/stack-layer.ts';
import { Armv7Writer } from './armv7-layer.ts';
import { FullWriter, fullPack } from './full-layer.ts';
import { headPass, inputPass, outputPass } from './io.ts';
import { LiteWriter, litePack } from './lite-layer.ts';
import { scheduleFor } from './schedule.ts';

/** Slots: from, to. `floats` are moved; the tail overlaps what is there already, as in the original. */
function memmoveFloats(low: Lowering, floats: number): Template {
  const arm = low.target.isa === 'armv7-neon';
  return low.template(`planar-neon/memmove/${floats}`, (b) => {
    const [from, to] = [b.slot('from'), b.slot('to')];
    // The call through the table of dynamic symbols.
    costs(b, ['int', 2], ['loadInt', 1], ['branch', 2]);
    if (floats <= 32) {
      const pieces = Math.ceil(floats / (floats >= 8 ? 8 : 4));
      b.cost('int', arm ? 5 : 5 + Math.floor(floats / 16));
      b.cost('branch', 4 + Math.floor(floats / 16));
      for (let i = 0; i < pieces; i++) {
        const registers = b.registerList(floats >= 8 ? 2 : 1);
        const at = Math.max(0, Math.min(4 * registers.length * i, floats - 4 * registers.length));
        const lanes = floats >= 4 ? 4 : floats >= 2 ? 2 : 1;
        b.loadMany(registers, b.at(from, at), lanes, { form: 'pair' });
        b.store(registers, b.at(to, at), lanes, { form: 'pair' });
      }
      return;
    }
    costs(b, ['int', arm ? 22 : 12], ['branch', arm ? 8 : 5]);
    b.loop(Math.ceil(floats / 16), (i) => {
      for (const half of arm ? [0, 4, 8, 12] : [0, 8]) {
        const registers = b.registerList(2);
        const lanes = arm ? 2 : 4;
        b.loadMany(registers, b.at(from, half, i.times(16)), lanes, { form: 'pair' });
        b.store(registers, b.at(to, half, i.times(16)), lanes, { form: 'pair' });
      }
      costs(b, ['int', arm ? 2 : 1], ['branch', 1]);
    });
  });
}

const packed = new WeakMap<StackLayer, Float32Array>();

/** Once for each layer: all programs of a stack read the same weights. */
const weightsOf = (layer: StackLayer, channels: 3 | 8): Float32Array =>
  memoize(packed, layer, () => {
    const pack = (channels === 3 ? litePack : fullPack)(layer.kernelSize);
    const out = new Float32Array(pack.floats);
    packLayer(layer, pack, out);
    return out;
  });

/** Tap by tap, channels padded to whole vectors; then bias and scale. */
const headWeights = ({ channels, head, headScale }: Stack): Float32Array => {
  const row = channels === 3 ? 4 : 8;
  const out = new Float32Array(row * head.kernelSize + 2);
  head.weights.forEach((weight, i) => {
    out[row * Math.floor(i / channels) + (i % channels)] = weight;
  });
  out.set([head.bias?.[0] ?? 0, headScale], row * head.kernelSize);
  return out;
};

/** The template of one layer, as the compiler of this target writes it. */
const layerTemplate = (low: Lowering, shape: StackLayerShape): Template => {
  const { channels, kernelSize, first, last, slope } = shape;
  const { target, blockFrames } = low;
  const place = first ? 'first' : last ? 'last' : 'middle';
  const name = `planar-neon/${channels}/k${kernelSize}/${place}/${blockFrames}/${slope}`;
  return low.template(name, (b) => {
    if (target.isa === 'armv7-neon') new Armv7Writer(b, shape, target.fastMath).write();
    else new (channels === 3 ? LiteWriter : FullWriter)(b, shape, scheduleFor(target)).write();
  });
};

/** Bytes of the hot loops' machine code, by isa and channels: GCC 12.2's output. */
const codeBytes = (isa: Target['isa'], channels: number): number =>
  isa === 'aarch64' ? (channels === 3 ? 20_000 : 14_000) : channels === 3 ? 16_000 : 26_000;

interface History {
  readonly ring: RingId;
  /** A channel's plane, `delay` frames back. */
  readonly at: (channel: number, delay: number) => Reference;
  readonly rewind: (layer: string) => void;
}

const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });

class WaveNet {
  private readonly low: Lowering;
  private readonly stack: Stack;
  private readonly channels: 3 | 8;
  private readonly planes: readonly number[];
  private readonly condition: Reference;

  constructor(stack: Stack, target: Target, frames: number) {
    this.low = new Lowering(target, frames, { stackFloats: frameFloats });
    this.stack = stack;
    this.channels = stack.channels === 3 ? 3 : 8; // isA2 has refused others
    this.planes = upTo(this.channels);
    this.condition = this.low.scratch('condition', frames);
  }

  lower(): Lowered {
    const { low, stack, channels, condition } = this;
    const { blockFrames: frames } = low;
    const [input, output] = [low.buffer('input', frames, 'io'), low.buffer('output', frames, 'io')];
    const headOut = low.scratch('head out', frames);
    const histories = stack.layers.map(({ lookback }, i) => this.history(`layer ${i}`, lookback));
    const head = this.history('head', stack.head.kernelSize - 1);
    // Three channels are summed in scratch, and copied to the head's history after the last layer.
    const headSum = channels === 3 ? low.buffer('head sum', 3 * frames, 'scratch') : null;
    const rechannel = low.weights('rechannel', stack.rechannel.weights);
    const [first, ...following] = histories;
    first?.rewind('input');
    const read = [at(input), condition, rechannel, ...this.block(first)];
    low.kernel({ layer: 'input', kind: 'input' }, inputPass(low, channels), read);
    if (headSum === null) head.rewind('head');
    const heads =
      headSum === null ? this.block(head) : this.planes.map((c) => at(headSum, c * frames));
    const together = low.target.isa === 'aarch64' && headSum !== null;
    histories.forEach((history, i) => {
      this.layer(i, history, following[i], together ? [at(headSum)] : heads);
    });
    if (headSum !== null) this.copyToHead(at(headSum), heads, head);
    this.head(head, headOut);
    low.kernel({ layer: 'output', kind: 'output' }, outputPass(low), [headOut, at(output)]);
    return low.finish('planar-neon', input, output, codeBytes(low.target.isa, channels));
  }

  /** Written forwards; when the next block does not fit, the lookback moves to the front. */
  private history(name: string, lookback: number): History {
    const { low, channels } = this;
    const columns = 2 * lookback + low.blockFrames;
    const policy = { kind: 'linear', start: lookback } as const;
    const ring = low.ownRing({ name, channels, layout: 'planar', columns, lookback, policy });
    const moves = this.planes.map((c) =>
      [columns - lookback, 0].map((column) => low.frontOf(ring, c * columns + column)),
    );
    return {
      ring,
      at: (c, delay) => ({ ...low.history(ring, delay), offset: c * columns }),
      rewind: (layer) => this.rewind(layer, ring, lookback, moves),
    };
  }

  private rewind(layer: string, ring: RingId, lookback: number, moves: Reference[][]): void {
    const { low, channels } = this;
    const overhead = low.template(`planar-neon/rewind/${channels}`, (b) => {
      b.cost('int', 9 + 7 * channels);
      costs(b, ['loadInt', 2 + 5 * channels], ['storeInt', 3], ['branch', 2 * channels]);
    });
    const template = memmoveFloats(low, lookback);
    const copies = moves.map((slots) => ({ template, times: 1, slots }));
    const templates = [{ template: overhead, times: 1, slots: [] }, ...copies];
    const perBlock = rewindsPerBlock(low, ring);
    low.ringStep({ layer, kind: 'ring', perBlock, action: 'rewind', ring, templates });
  }

  /** The planes of the block, or of an earlier one. */
  private block(history: History | undefined, delay = 0): Reference[] {
    return history === undefined ? [] : this.planes.map((c) => history.at(c, delay));
  }

  private layer(i: number, history: History, next: History | undefined, heads: Reference[]): void {
    const { low, stack, channels } = this;
    const layer = stack.layers[i] as StackLayer; // a history a layer
    const name = `array 0 layer ${i}`;
    const { kernelSize, dilation } = layer;
    const weights = low.weights(`${name} weights`, weightsOf(layer, channels));
    next?.rewind(name);
    const ends = { first: i === 0, last: next === undefined };
    const shape = { channels, kernelSize, frames: low.blockFrames, slope: stack.slope, ...ends };
    low.kernel({ layer: name, kind: 'layer' }, layerTemplate(low, shape), [
      weights,
      this.condition,
      ...heads,
      ...upTo(kernelSize).flatMap((k) => this.block(history, (kernelSize - 1 - k) * dilation)),
      ...this.block(next),
    ]);
    low.advance(name, history.ring);
  }

  private copyToHead(src: Reference, from: readonly Reference[], head: History): void {
    const { low } = this;
    head.rewind('head');
    const template = memmoveFloats(low, low.blockFrames);
    const copies = from.map((plane, c) => [plane, head.at(c, 0)] as const);
    const templates = copies.map((slots) => ({ template, times: 1, slots }));
    const kind = { layer: 'head', kind: 'ring', action: 'write' } as const;
    low.ringStep({ ...kind, perBlock: 1, ring: head.ring, templates, src });
  }

  private head(history: History, out: Reference): void {
    const { low, stack, channels } = this;
    const taps = stack.head.kernelSize;
    low.kernel({ layer: 'head', kind: 'head' }, headPass(low, channels), [
      low.weights('head weights', headWeights(stack)),
      out,
      ...upTo(taps).flatMap((k) => this.block(history, taps - 1 - k)),
    ]);
    low.advance('head', history.ring);
  }
}

export const lowerWaveNet = (stack: Stack, target: Target, frames: number): Lowered =>
  new WaveNet(stack, target, frames).lower();
