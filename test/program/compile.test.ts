import fc from 'fast-check';
import { expect, test } from 'vitest';
import { macsPerSample, outputChannels } from '../../src/nam/measure.ts';
import type { Network } from '../../src/nam/network.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { BufferId, Operation } from '../../src/program/program.ts';
import { arbitraryModel } from '../nam/arbitrary-model.ts';

const arbitraryNetwork = arbitraryModel({ multiChannel: true }).map(
  (model): Network => slim(parseModel(model.text, 'random.nam'), 'full').network,
);

const reads = (operation: Operation): readonly BufferId[] => {
  switch (operation.op) {
    case 'zero':
      return [];
    case 'add':
      return [operation.a, operation.b];
    case 'activation':
    case 'gate':
    case 'affine':
      return [operation.buf];
    case 'film':
      return [operation.src, operation.condition];
    default:
      return [operation.src];
  }
};

const writes = (operation: Operation): BufferId =>
  'buf' in operation ? operation.buf : operation.dst;

const runs = { seed: 20260802, numRuns: 300 };

test('every operation reads what an earlier one of the block has written, or the input', () => {
  fc.assert(
    fc.property(arbitraryNetwork, (network) => {
      const program = compile(network);
      const known = new Set<BufferId>([program.input]);
      for (const operation of program.operations) {
        for (const id of reads(operation)) expect(known.has(id)).toBe(true);
        known.add(writes(operation));
      }
      expect(known.has(program.output)).toBe(true);
    }),
    runs,
  );
});

test('every operation fits the channels of its buffers', () => {
  fc.assert(
    fc.property(arbitraryNetwork, (network) => {
      const program = compile(network);
      const channels = (id: BufferId): number => program.buffers[id]?.channels ?? 0;
      for (const operation of program.operations) {
        switch (operation.op) {
          case 'conv':
            expect(channels(operation.src)).toBeGreaterThanOrEqual(operation.conv.inChannels);
            expect(channels(operation.dst)).toBe(operation.conv.outChannels);
            break;
          case 'gate':
            expect(channels(operation.buf)).toBe(2 * operation.rows);
            break;
          case 'film':
            expect(channels(operation.condition)).toBeGreaterThanOrEqual(operation.conv.inChannels);
            expect(operation.conv.outChannels).toBe(operation.rows * (operation.shift ? 2 : 1));
            expect(channels(operation.dst)).toBeGreaterThanOrEqual(operation.rows);
            break;
          case 'add':
            for (const id of [operation.a, operation.b, operation.dst]) {
              expect(channels(id)).toBeGreaterThanOrEqual(operation.rows);
            }
            break;
          case 'lstm':
            expect(channels(operation.src)).toBe(operation.cell.inputSize);
            expect(channels(operation.dst)).toBe(operation.cell.hiddenSize);
            break;
          default:
            break;
        }
      }
      expect(channels(program.input)).toBe(network.inChannels);
      expect(channels(program.output)).toBe(outputChannels(network));
    }),
    runs,
  );
});

test('the convolutions and cells of the program have the multiply-accumulates of the network', () => {
  const hasUnusedFilm = (network: Network): boolean =>
    network.kind === 'wavenet' &&
    (network.arrays.some((array) =>
      array.layers.some((layer) => layer.films.layer1x1Post && layer.gating !== 'blended'),
    ) ||
      (network.conditionDsp !== null && hasUnusedFilm(network.conditionDsp)));
  fc.assert(
    fc.property(arbitraryNetwork, (network) => {
      // Weights of a FiLM that NAM Core has but never applies are in the file only.
      fc.pre(!hasUnusedFilm(network));
      let macs = 0;
      for (const operation of compile(network).operations) {
        if (operation.op === 'conv' || operation.op === 'film')
          macs += operation.conv.weights.length;
        if (operation.op === 'lstm') macs += operation.cell.weights.length;
      }
      expect(macs).toBe(macsPerSample(network));
    }),
    runs,
  );
});

test('a condition model is part of the program, its layers named so', () => {
  const inner = {
    version: '0.7.0',
    architecture: 'Linear',
    config: { receptive_field: 2, bias: false },
    weights: [0.5, 0.25],
  };
  const model = {
    version: '0.7.0',
    architecture: 'WaveNet',
    config: {
      condition_dsp: inner,
      layers: [
        {
          input_size: 1,
          condition_size: 1,
          channels: 1,
          kernel_size: 1,
          dilations: [1],
          activation: 'ReLU',
          head_size: 1,
          head_bias: false,
        },
      ],
      head: null,
      head_scale: 1,
    },
    weights: [1, 1, 0, 1, 1, 0, 1, 1],
  };
  const program = compile(slim(parseModel(JSON.stringify(model), 'x.nam'), 'full').network);
  expect(program.operations.map((operation) => `${operation.layer}: ${operation.op}`)).toEqual([
    'condition linear: conv',
    'array 0: zero',
    'array 0: conv',
    'array 0 layer 0: conv',
    'array 0 layer 0: conv',
    'array 0 layer 0: add',
    'array 0 layer 0: activation',
    'array 0 layer 0: conv',
    'array 0 layer 0: add',
    'array 0 layer 0: add',
    'array 0: conv',
    'head: scale',
  ]);
});
