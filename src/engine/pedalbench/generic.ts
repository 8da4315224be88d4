/** Any program, operation by operation: every kernel is vectorised over frames of planar signals. */
import type { Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Reference } from '../../kernel/lowered.ts';
import type { Activation, Convolution } from '../../nam/network.ts';
import type { Operation, Program } from '../../program/program.ts';
import { activate } from './activations.ts';
import {
  convolutionFloats,
  convolveBlock,
  forBlocks,
  outputBlocks,
  packConvolution,
  shapeOf,
} from './convolution.ts';
import type { Kit } from './kit.ts';
import type { Lowering, Signal } from './lowering.ts';
import { lowerLstm } from './recurrent.ts';

export interface ConvolveOptions {
  readonly kind: string;
  /** Multiplies the result. @default 1 */
  readonly scale?: number;
}

/** to = scale * conv(from); `from` starts at the oldest frame that the taps read. */
export function convolve(
  low: Lowering,
  layer: string,
  conv: Convolution,
  from: Signal,
  to: Signal,
  { kind, scale = 1 }: ConvolveOptions,
): void {
  const { blockFrames } = low.options;
  const shape = shapeOf(conv);
  const tile = low.tile(conv.outChannels / conv.groups);
  const blocks = outputBlocks(shape, tile.outputs);
  const packed = new Float32Array(convolutionFloats(conv));
  packConvolution(conv, tile.outputs, packed, 0);
  const weights = low.weights(`${layer} ${kind} weights`, packed);
  const slots = { input: from.reference, weights, output: to.reference };
  const description = { ...shape, tile, planes: [from.plane, to.plane], scale };
  low.kernel({ layer, kind }, description, slots, (kit, slot) => {
    const operands = {
      input: slot.input!,
      inputPlane: from.plane,
      weights: slot.weights!,
    };
    forBlocks(kit, shape, blocks, 0, (place) => {
      const outputTerms = place.step(place.block.count * to.plane);
      kit.tiles(blockFrames, tile.vectors, (piece, frame) => {
        const { lanes } = piece;
        convolveBlock(kit, piece, frame, shape, place, operands).forEach((row, o) => {
          row.forEach((sum, v) => {
            const offset = (place.block.first + o) * to.plane + piece.start + v * lanes;
            const at = kit.builder.at(slot.output!, offset, ...outputTerms, frame);
            const scaled = (): Register =>
              kit.builder.binary('mul', sum, kit.constant(scale, lanes), lanes);
            kit.builder.store(scale === 1 ? sum : scaled(), at, lanes);
          });
        });
      });
    });
  });
}

type Write = (at: {
  readonly kit: Kit;
  readonly lanes: Lanes;
  /** Loads row `row` (and the channel of the loop) of an operand. */
  readonly load: (name: string, row?: number) => Register;
  readonly store: (name: string, value: Register) => void;
  /** Loads one weight of the loop's channel, `row` floats after the first. */
  readonly weight: (name: string, row?: number) => Register;
}) => void;

/** One kernel for `rows` channels that are treated alike. */
function perChannel(
  low: Lowering,
  place: { readonly layer: string; readonly kind: string },
  rows: number,
  signals: Readonly<Record<string, Signal>>,
  weights: Readonly<Record<string, Reference>>,
  description: Readonly<Record<string, unknown>>,
  write: Write,
): void {
  const slots: Record<string, Reference> = { ...weights };
  for (const [name, signal] of Object.entries(signals)) slots[name] = signal.reference;
  const planes = Object.values(signals).map(({ plane }) => plane);
  low.kernel(place, { ...description, rows, planes }, slots, (kit, slot) => {
    const b = kit.builder;
    kit.tiles(low.options.blockFrames, 1, (piece, frame) => {
      kit.loop(rows, planes.length, (channel) => {
        const place = (name: string, row: number): Parameters<typeof b.load>[0] => {
          const { plane } = signals[name]!;
          const terms: Term[] = [frame, channel.times(plane)];
          return b.at(slot[name]!, row * plane + piece.start, ...terms);
        };
        write({
          kit,
          lanes: piece.lanes,
          load: (name, row = 0) => b.load(place(name, row), piece.lanes),
          store: (name, value) => b.store(value, place(name, 0), piece.lanes),
          weight: (name, row = 0) =>
            b.load(b.at(slot[name]!, row, channel.times(1)), piece.lanes, {
              form: piece.lanes === 1 ? 'plain' : 'dup',
            }),
        });
      });
    });
  });
}

export function zero(low: Lowering, layer: string, to: Signal): void {
  perChannel(low, { layer, kind: 'zero' }, to.channels, { to }, {}, {}, ({ kit, lanes, store }) =>
    store('to', kit.constant(0, lanes)),
  );
}

/** The weights of a PReLU with a slope per channel; other activations have none. */
function slopesOf(
  low: Lowering,
  layer: string,
  name: string,
  activation: Activation,
  rows: number,
): Record<string, Reference> {
  const slopes = activation.negativeSlopes ?? [];
  if (slopes.length <= 1) return {};
  const perRow = Array.from({ length: rows }, (_, row) => slopes[row % slopes.length] ?? 0);
  return { [name]: low.weights(`${layer} ${name}`, perRow) };
}

export function lowerOperations(low: Lowering, program: Program): [Signal, Signal] {
  const signals = program.buffers.map(({ name, channels }, id) =>
    low.signal(name, channels, id === program.input || id === program.output ? 'io' : 'scratch'),
  );
  for (const operation of program.operations) lowerOperation(low, operation, signals);
  return [signals[program.input]!, signals[program.output]!];
}

function lowerOperation(low: Lowering, operation: Operation, signals: readonly Signal[]): void {
  const { layer } = operation;
  const { tanh } = low.options;
  const place = { layer, kind: operation.op };
  switch (operation.op) {
    case 'zero':
      zero(low, layer, signals[operation.dst]!);
      return;
    case 'copy': {
      const used = { from: signals[operation.src]!, to: signals[operation.dst]! };
      perChannel(low, place, operation.rows, used, {}, {}, ({ load, store }) =>
        store('to', load('from')),
      );
      return;
    }
    case 'conv':
      lowerConv(low, layer, operation.role, operation.conv, signals, operation.src, operation.dst);
      return;
    case 'add': {
      const [a, b, to] = [operation.a, operation.b, operation.dst].map((id) => signals[id]!);
      const used = { a: a!, b: b!, to: to! };
      perChannel(low, place, operation.rows, used, {}, {}, ({ kit, lanes, load, store }) =>
        store('to', kit.builder.binary('add', load('a'), load('b'), lanes)),
      );
      return;
    }
    case 'activation': {
      const to = signals[operation.buf]!;
      const { activation } = operation;
      const slopes = slopesOf(low, layer, 'slope', activation, to.channels);
      const description = { activation };
      perChannel(low, place, to.channels, { to }, slopes, description, (at) => {
        const slope = 'slope' in slopes ? { slope: at.weight('slope') } : {};
        at.store('to', activate(at.kit, activation, at.load('to'), at.lanes, { tanh, ...slope }));
      });
      return;
    }
    case 'gate':
      lowerGate(low, operation, signals[operation.buf]!);
      return;
    case 'film':
      lowerFilm(low, operation, signals);
      return;
    case 'scale': {
      const used = { from: signals[operation.src]!, to: signals[operation.dst]! };
      const { scale } = operation;
      perChannel(low, place, used.from.channels, used, {}, { scale }, (at) => {
        const value = at.kit.builder.binary(
          'mul',
          at.load('from'),
          at.kit.constant(scale, at.lanes),
          at.lanes,
        );
        at.store('to', value);
      });
      return;
    }
    case 'affine': {
      const to = signals[operation.buf]!;
      const weights = {
        scale: low.weights(`${layer} scale`, [...operation.scale]),
        offset: low.weights(`${layer} offset`, [...operation.offset]),
      };
      perChannel(low, place, to.channels, { to }, weights, {}, ({ kit, lanes, ...at }) =>
        at.store(
          'to',
          kit.multiplyAdd(at.load('to'), at.weight('scale'), at.weight('offset'), lanes),
        ),
      );
      return;
    }
    case 'lstm':
      lowerLstm(low, layer, operation.cell, signals[operation.src]!, signals[operation.dst]!);
      return;
    default:
      operation satisfies never;
  }
}

function lowerConv(
  low: Lowering,
  layer: string,
  role: string,
  conv: Convolution,
  signals: readonly Signal[],
  src: number,
  dst: number,
): void {
  const from = signals[src]!;
  // Outputs are written block by block: what is still to be read must not be overwritten.
  const to = src === dst ? low.signal(`${layer} ${role} result`, conv.outChannels) : signals[dst]!;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  if (lookback === 0) convolve(low, layer, conv, from, to, { kind: role });
  else {
    const ring = low.ring(`${layer} ${role} history`, conv.inChannels, lookback);
    low.rewind(layer, ring);
    low.write(layer, ring, from);
    convolve(low, layer, conv, low.inRing(ring, lookback), to, { kind: role });
    low.advance(layer, ring);
  }
  if (src === dst) {
    const used = { from: to, to: from };
    perChannel(low, { layer, kind: 'copy' }, conv.outChannels, used, {}, {}, ({ load, store }) =>
      store('to', load('from')),
    );
  }
}

function lowerGate(low: Lowering, gate: Operation & { op: 'gate' }, to: Signal): void {
  const { layer, rows, primary, secondary, mode } = gate;
  const { tanh } = low.options;
  const slopes = {
    ...slopesOf(low, layer, 'primary', primary, rows),
    ...slopesOf(low, layer, 'secondary', secondary, rows),
  };
  const description = { primary, secondary, mode };
  perChannel(low, { layer, kind: 'gate' }, rows, { to }, slopes, description, (at) => {
    const { kit, lanes } = at;
    const b = kit.builder;
    const slope = (name: string): { slope?: Register } =>
      name in slopes ? { slope: at.weight(name) } : {};
    const top = at.load('to');
    const second = activate(kit, secondary, at.load('to', rows), lanes, {
      tanh,
      ...slope('secondary'),
    });
    const first = activate(kit, primary, top, lanes, { tanh, ...slope('primary') });
    if (mode === 'gated') {
      at.store('to', b.binary('mul', first, second, lanes));
      return;
    }
    const rest = b.binary('sub', kit.constant(1, lanes), second, lanes);
    const kept = b.binary('mul', rest, top, lanes);
    at.store('to', kit.multiplyAdd(second, first, kept, lanes));
  });
}

function lowerFilm(
  low: Lowering,
  film: Operation & { op: 'film' },
  signals: readonly Signal[],
): void {
  const { layer, rows, shift, conv } = film;
  const modulation = low.signal(`${layer} film`, conv.outChannels);
  convolve(low, layer, conv, signals[film.condition]!, modulation, { kind: 'film' });
  const used = { from: signals[film.src]!, to: signals[film.dst]!, modulation };
  const place = { layer, kind: 'film' };
  perChannel(low, place, rows, used, {}, { shift }, ({ kit, lanes, load, store }) => {
    const scale = load('modulation');
    const value = load('from');
    store(
      'to',
      shift
        ? kit.multiplyAdd(value, scale, load('modulation', rows), lanes)
        : kit.builder.binary('mul', value, scale, lanes),
    );
  });
}
