/** The generated engine of one stack: its rings, weights and the steps of a block, for both targets. */
import type {
  BufferId,
  Lowered,
  Reference,
  RingId,
  RingStep,
  Target,
} from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { costs } from '../common/code.ts';
import type { Stack, StackLayer } from '../common/layer-stack.ts';
import { Lowering } from '../common/lowering.ts';
import { frameFloats } from '../common/stack-frame.ts';
import { upTo } from '../common/stack-layer.ts';
import * as io from './io.ts';
import { mirrorShares, mirrorTile, straddlingTile } from './mirror.ts';
import { NeonWriter, neonTiles } from './neon-layer.ts';
import { type PackedStack, packStack } from './pack.ts';
import { ScalarWriter } from './scalar-layer.ts';
import { type ScalarTile, scalarTile } from './scalar-tile.ts';

/** A layer's input: one ring of columns, or one per channel plane. */
interface History {
  readonly rings: readonly RingId[];
  readonly lookback: number;
}

/** Tiles of one width, as many as a block has. */
type TileGroup = Readonly<Record<'width' | 'count', number>>;

type Costs = RingStep['templates'];

const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });

class WaveNet {
  private readonly low: Lowering;
  private readonly stack: Stack;
  private readonly planar: boolean;
  private readonly tile: ScalarTile;
  private readonly tileGroups: readonly TileGroup[];
  private readonly pack: PackedStack;
  private readonly input: BufferId;
  private readonly weights: BufferId;
  private readonly head: BufferId;
  /** Columns of the head that stay from block to block. */
  private readonly headHistory: number;

  constructor(stack: Stack, target: Target, frames: number) {
    const low = new Lowering(target, frames, { stackFloats: frameFloats });
    const { channels } = stack;
    this.low = low;
    this.stack = stack;
    this.planar = io.isPlanar(low);
    this.tile = scalarTile(channels, frames);
    const neon = neonTiles(channels, frames);
    this.tileGroups = this.planar
      ? [
          { width: 4 * neon.assemblyVectors, count: neon.assembly },
          { width: 4 * neon.intrinsicsVectors, count: neon.intrinsics },
        ]
      : [{ width: this.tile.frames, count: Math.floor(frames / this.tile.frames) }];
    this.pack = packStack(stack);
    this.input = low.buffer('input', frames, 'io');
    this.weights = low.weights('weights', this.pack.data).buffer;
    this.headHistory = stack.head.kernelSize - 1;
    this.head = low.buffer('head', channels * (this.headHistory + frames), 'scratch');
  }

  lower(): Lowered {
    const { low, stack, pack, headHistory } = this;
    const { channels, layers } = stack;
    const frames = low.blockFrames;
    const taps = stack.head.kernelSize;
    const output = low.buffer('output', frames, 'io');
    const headOut = low.scratch('head out', frames);
    const histories = layers.map(({ lookback }, i) => this.history(`layer ${i}`, lookback));
    const head = [at(this.head)];
    this.rechannel(histories[0]);
    low.kernel({ layer: 'head', kind: 'clear' }, io.clearHead(low, channels, headHistory), head);
    layers.forEach((layer, i) => {
      this.layer(`array 0 layer ${i}`, layer, i, histories);
    });
    const slots = [at(this.weights, pack.head), ...head, headOut];
    low.kernel({ layer: 'head', kind: 'head' }, io.headPass(low, channels, taps), slots);
    low.kernel({ layer: 'head', kind: 'shift' }, io.shiftHead(low, channels, headHistory), head);
    for (const [i, { rings }] of histories.entries()) this.advance(`array 0 layer ${i}`, rings);
    const scale = at(this.weights, pack.head + channels * taps + 1);
    low.kernel({ layer: 'output', kind: 'scale' }, io.scalePass(low), [scale, headOut, at(output)]);
    return low.finish('t3k-embedded', this.input, output, this.codeBytes());
  }

  /** 12.4 KB of code for 3 channels, 22.2 KB for 8 on the Cortex-M7; the AArch64 code is unrolled alike. */
  private codeBytes(): number {
    return Math.round((this.planar ? 1.4 : 1) * (6_500 + 1_960 * this.stack.channels));
  }

  /** Live columns, then a mirror of the first block of them. */
  private history(name: string, lookback: number): History {
    const { low, planar } = this;
    const period = lookback + low.blockFrames;
    const columns = period + low.blockFrames;
    const channels = planar ? 1 : this.stack.channels;
    const policy = { kind: 'mirrored', start: 0, period } as const;
    const layout = planar ? 'planar' : 'interleaved';
    const rings = upTo(this.stack.channels / channels).map((c) => {
      const own = planar ? `${name} plane ${c}` : name;
      return low.ownRing({ name: own, channels, layout, columns, lookback, policy });
    });
    return { rings, lookback };
  }

  /** The block that is written, or an earlier one. */
  private place({ rings }: History, delay = 0): Reference[] {
    return rings.map((ring) => this.low.history(ring, delay));
  }

  private rechannel(first: History | undefined): void {
    const { low, stack } = this;
    if (first === undefined) return;
    const [slot, ...others] = this.place(first);
    if (slot === undefined) return;
    const operands = [at(this.weights), at(this.input), slot, ...others];
    low.kernel(
      { layer: 'input', kind: 'rechannel' },
      io.rechannelPass(low, stack.channels),
      operands,
    );
    this.settle('input', first, [this.frameMirrors(first, slot, low.blockFrames)]);
  }

  /** Frames that are written one by one go to the mirror one by one. */
  private frameMirrors(history: History, slot: Reference, frames: number): Costs[number] {
    const { low, stack } = this;
    const times = (frames * low.blockFrames) / (history.lookback + low.blockFrames);
    return { template: io.mirrorFrame(low, stack.channels), times, slots: [slot] };
  }

  /** A block was written in place, past the live columns if need be: wrap it and refresh the mirror. */
  private settle(layer: string, history: History, costs: Costs): void {
    history.rings.forEach((ring, part) => {
      const step = { layer, kind: 'ring', perBlock: 1, ring } as const;
      const templates = part === 0 ? costs : [];
      this.low.ringStep({ ...step, action: 'write', templates, src: this.place(history)[part] });
      this.low.ringStep({ ...step, action: 'mirror', templates: [] });
    });
  }

  /** What a layer's tiles take to reach the mirror. */
  private stores(history: History): Costs {
    const { low, stack } = this;
    const { channels } = stack;
    const [slot] = this.place(history) as [Reference, ...Reference[]]; // one part at least
    const costs: Costs[number][] = [];
    let from = 0;
    for (const { width, count } of this.tileGroups) {
      const { blockFrames } = low;
      const shares = mirrorShares(history.lookback, blockFrames, width, from, count);
      from += width * count;
      const twice = mirrorTile(low, channels, width);
      costs.push({ template: twice, times: shares.mirrored, slots: [slot] });
      const template = straddlingTile(low, channels, width);
      costs.push({ template, times: shares.straddling, slots: [slot, low.stack] });
    }
    costs.push(this.frameMirrors(history, slot, low.blockFrames - from));
    return costs.filter(({ times }) => times > 0);
  }

  private layer(name: string, layer: StackLayer, i: number, histories: readonly History[]): void {
    const { kernelSize, dilation } = layer;
    const { low, pack, head, headHistory } = this;
    const { channels } = this.stack;
    const next = histories[i + 1];
    const row = low.blockFrames + headHistory;
    const rows = this.planar
      ? upTo(channels).map((c) => at(head, c * row + headHistory))
      : [at(head, channels * headHistory)];
    const own = histories[i] as History; // one a layer
    low.kernel({ layer: name, kind: 'layer' }, this.template(kernelSize, next === undefined), [
      at(this.weights, pack.layers[i]),
      at(this.input),
      ...rows,
      ...upTo(kernelSize).flatMap((k) => this.place(own, (kernelSize - 1 - k) * dilation)),
      ...(next ? this.place(next) : []),
    ]);
    if (next) this.settle(name, next, this.stores(next));
  }

  private template(kernelSize: number, last: boolean): Template {
    const { low, planar, tile, stack } = this;
    const { channels, slope } = stack;
    const shape = { channels, kernelSize, frames: low.blockFrames, slope, first: false, last };
    const name = `t3k-embedded/layer/${channels}/k${kernelSize}/${low.blockFrames}/${slope}/${last}`;
    return low.template(name, (b) => {
      if (planar) new NeonWriter(b, shape).write();
      else new ScalarWriter(b, { ...shape, tile }).write();
    });
  }

  private advance(layer: string, rings: readonly RingId[]): void {
    const { low } = this;
    const template = low.template('t3k-embedded/advance', (b) => {
      costs(b, ['loadInt', 1], ['int', 4], ['storeInt', 1]);
    });
    rings.forEach((ring, part) => {
      low.advance(layer, ring, part === 0 ? [{ template, times: 1, slots: [] }] : []);
    });
  }
}

export const lowerWaveNet = (stack: Stack, target: Target, frames: number): Lowered =>
  new WaveNet(stack, target, frames).lower();
