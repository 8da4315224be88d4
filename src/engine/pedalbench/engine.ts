// biome-ignore-all lint/style/noNonNullAssertion: a ring for each layer was just made
/** Our own engine: what a well-written library could reach on a chip, and the source of the fast executor. */
import { type Lowered, loweredFor, type RingId, type Target } from '../../kernel/lowered.ts';
import type { LayerArray, WaveNetLayer, WaveNetNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { textBytes } from '../common/lowering.ts';
import { untunedTarget } from '../common/tune-group.ts';
import type { Engine, LowerOptions } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { lowerLayer } from './layer.ts';
import { Planes, type Signal, sharesKernels } from './lowering.ts';
import { convolve, lowerOperations, zero } from './operations.ts';

export interface PedalbenchOptions extends LowerOptions {
  /**
   * The largest block that shares buffers and histories with this one: programs lowered with the
   * same value lay out their memory alike.
   * @default blockFrames
   */
  readonly ringFrames?: number;
}

/** Whether every layer has the plain form; others run operation by operation. */
function isPlainWaveNet(network: WaveNetNetwork): boolean {
  return (
    network.conditionDsp === null &&
    network.head === null &&
    network.inChannels === 1 &&
    network.arrays.every((array) => array.layers.every((layer) => isPlain(array, layer)))
  );
}

function isPlain(array: LayerArray, layer: WaveNetLayer): boolean {
  return (
    layer.gating === 'none' &&
    layer.head1x1 === null &&
    layer.layer1x1 !== null &&
    layer.layer1x1.groups === 1 &&
    layer.conv.groups === 1 &&
    layer.inputMixin.groups === 1 &&
    layer.inputMixin.bias === null &&
    layer.bottleneck === array.channels &&
    layer.conv.outChannels === array.channels &&
    Object.keys(layer.films).length === 0 &&
    (layer.activation.negativeSlopes?.length ?? 1) === 1
  );
}

type HeadSum = { signal: Signal; ring: RingId | null; fresh: boolean };

/** One kernel per layer, which writes straight into the next layer's history. */
function lowerPlainWaveNet(low: Planes, network: WaveNetNetwork): [Signal, Signal] {
  const input = low.signal('input', 1, 'io');
  const output = low.signal('output', 1, 'io');
  let source = input;
  let head: HeadSum | null = null;

  network.arrays.forEach((array, index) => {
    const name = `array ${index}`;
    const last = index === network.arrays.length - 1;
    const { rings, outputs: planes } = low.histories(
      name,
      array.channels,
      array.layers.map(({ conv }) => (conv.kernelSize - 1) * conv.dilation),
    );
    const headBack = (array.headRechannel.kernelSize - 1) * array.headRechannel.dilation;
    let sum: HeadSum;
    if (headBack > 0) {
      const ring = low.linearRing(`${name} head history`, array.headRechannel.inChannels, headBack);
      low.rewind(`${name} head`, ring);
      sum = { signal: low.inRing(ring), ring, fresh: head === null };
      if (head) low.write(`${name} head`, ring, head.signal);
    } else if (head) sum = head;
    else {
      const signal = low.signal(`${name} head`, array.headRechannel.inChannels);
      sum = { signal, ring: null, fresh: true };
    }
    if (sum.fresh && sharesKernels(low.options.target)) {
      // The first layer then adds like the others, by the same kernel.
      zero(low, `${name} head`, sum.signal);
      sum.fresh = false;
    }

    const first = rings[0];
    if (first !== undefined) {
      low.rewind(`${name} layer 0`, first);
      const at = low.inRing(first);
      convolve(low, `${name} rechannel`, array.rechannel, source, at, { kind: 'rechannel' });
      low.settle(`${name} layer 0`, first);
    }
    const outputs = last ? null : (planes ?? low.signal(`${name} output`, array.channels));
    const activated = low.signal(`${name} activated`, array.channels);
    array.layers.forEach((layer, number) => {
      const ring = rings[number]!;
      const next = rings[number + 1];
      if (next !== undefined) low.rewind(`${name} layer ${number + 1}`, next);
      const target = next === undefined ? outputs : low.inRing(next);
      const place = `${name} layer ${number}`;
      const sums = { head: sum.signal, freshHead: sum.fresh, activated };
      lowerLayer(low, place, layer, { ring, condition: input, ...sums, next: target });
      sum.fresh = false;
      if (next !== undefined) low.settle(`${name} layer ${number + 1}`, next);
      low.advance(place, ring);
    });

    const headOutput = last
      ? output
      : low.signal(`${name} head output`, array.headRechannel.outChannels);
    const from = sum.ring === null ? sum.signal : low.inRing(sum.ring, headBack);
    const options = { kind: 'headRechannel', ...(last ? { scale: network.headScale } : {}) };
    convolve(low, `${name} head`, array.headRechannel, from, headOutput, options);
    if (sum.ring !== null) low.advance(`${name} head`, sum.ring);
    head = { signal: headOutput, ring: null, fresh: false };
    if (outputs) source = outputs;
  });
  return [input, output];
}

export function lowerPedalbench(
  program: Program,
  target: Target,
  options: PedalbenchOptions,
): Lowered {
  const { blockFrames, tanh, ringFrames = blockFrames } = options;
  const low = new Planes({ target, blockFrames, ringFrames, tanh });
  const { network } = program;
  const [input, output] =
    network.kind === 'wavenet' && isPlainWaveNet(network)
      ? lowerPlainWaveNet(low, network)
      : lowerOperations(low, program);
  return {
    engine: 'pedalbench',
    target: loweredFor(target),
    blockFrames,
    buffers: low.buffers,
    rings: low.rings,
    input: input.reference.buffer,
    output: output.reference.buffer,
    steps: low.steps,
    // Counted when somebody asks: an executor never does, and loads the quicker for it.
    get codeBytes(): number {
      return textBytes(low.steps);
    },
  };
}

export const pedalbench: Engine = {
  ...factsOf('pedalbench'),
  seen: (_program, target) => untunedTarget(target),
  supports: () => ({ supported: true }),
  lower: lowerPedalbench,
};
