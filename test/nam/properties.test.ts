import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { outputChannels, receptiveField, weightCount } from '../../src/nam/measure.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { arbitraryContainer, arbitraryModel } from './arbitrary-model.ts';

const seed = 20260801;
const numRuns = 250;

/** A deterministic test signal of channel planes. */
const signal = (channels: number, frames: number): Float32Array =>
  Float32Array.from(
    { length: channels * frames },
    (_, i) => (((i * 7919) % 2003) / 2003 - 0.5) * 0.8,
  );

describe('random valid configurations over all options', () => {
  test('parse, and have as many weights as the format says', () => {
    fc.assert(
      fc.property(arbitraryModel({ multiChannel: true }), (model) => {
        const { network } = slim(parseModel(model.text, 'random.nam'), 'full');
        expect(weightCount(network)).toBe(model.weightCount);
        expect(network.inChannels).toBe(model.inChannels);
        expect(outputChannels(network)).toBe(model.outChannels);
      }),
      { seed, numRuns },
    );
  });

  test('run to finite samples that do not depend on the split into blocks', () => {
    fc.assert(
      fc.property(
        arbitraryModel({ multiChannel: true }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        (model, blocks) => {
          const { network } = slim(parseModel(model.text, 'random.nam'), 'full');
          const executor = createReferenceExecutor(compile(network), { tanh: 'libm' });
          const total = blocks.reduce((sum, frames) => sum + frames, 0);
          const input = signal(model.inChannels, total);
          const whole = new Float32Array(model.outChannels * total);
          executor.process(input, whole, total);
          expect(whole.every(Number.isFinite)).toBe(true);

          executor.reset();
          let at = 0;
          for (const frames of blocks) {
            const planes = Array.from({ length: model.inChannels }, (_, c) =>
              Array.from(input.subarray(c * total + at, c * total + at + frames)),
            );
            const output = new Float32Array(model.outChannels * frames);
            executor.process(Float32Array.from(planes.flat()), output, frames);
            for (let c = 0; c < model.outChannels; c++) {
              expect(output.subarray(c * frames, (c + 1) * frames)).toEqual(
                whole.subarray(c * total + at, c * total + at + frames),
              );
            }
            at += frames;
          }
        },
      ),
      { seed, numRuns },
    );
  });

  test('come out of a prewarm as out of that much silence, when nothing recurs', () => {
    fc.assert(
      fc.property(
        arbitraryModel({ architectures: ['WaveNet', 'ConvNet', 'Linear'], condition: false }),
        (model) => {
          const { network } = slim(parseModel(model.text, 'random.nam'), 'full');
          const executor = createReferenceExecutor(compile(network));
          const frames = 64;
          const once = new Float32Array(frames);
          executor.process(signal(1, frames), once, frames);
          executor.reset();
          const silence = new Float32Array(receptiveField(network) + 10);
          executor.process(silence, new Float32Array(silence.length), silence.length);
          const again = new Float32Array(frames);
          executor.process(signal(1, frames), again, frames);
          expect(again).toEqual(once);
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  test('remember no further back than their receptive field, when nothing recurs', () => {
    fc.assert(
      fc.property(
        arbitraryModel({ architectures: ['WaveNet', 'ConvNet', 'Linear'], condition: false }),
        (model) => {
          const { network } = slim(parseModel(model.text, 'random.nam'), 'full');
          const field = receptiveField(network);
          const executor = createReferenceExecutor(compile(network));
          const rest = new Float32Array(1);
          executor.process(new Float32Array(1), rest, 1);
          const frames = field + 20;
          const click = new Float32Array(frames);
          click[0] = 1;
          const output = new Float32Array(frames);
          executor.process(click, output, frames);
          for (let i = field; i < frames; i++) expect(output[i]).toBe(rest[0]);
        },
      ),
      { seed, numRuns: 100 },
    );
  });
});

test('any random WaveNet is sliced to any width, and runs', () => {
  fc.assert(
    fc.property(
      arbitraryModel({ architectures: ['WaveNet'], condition: false }),
      fc.integer({ min: 0, max: 99 }),
      (source, share) => {
        const model = parseModel(source.text, 'random.nam');
        const full = slim(model, 'full').width;
        const channels = full.channels.map((count) => 1 + Math.floor((share / 100) * count));
        const sliced = slim(model, `ch:${channels.join('/')}`, { whatIf: true });
        expect(sliced.width.channels).toEqual(channels);
        const output = new Float32Array(100);
        createReferenceExecutor(compile(sliced.network)).process(signal(1, 100), output, 100);
        expect(output.every(Number.isFinite)).toBe(true);
      },
    ),
    { seed, numRuns: 150 },
  );
});

test('a random container has one width for each submodel, its own at full width', () => {
  fc.assert(
    fc.property(arbitraryContainer(2), (container) => {
      const model = parseModel(container.text, 'random.nam');
      const widths = widthsOf(model);
      expect(widths.map((width) => width.weights)).toEqual(container.weightCounts);
      expect(new Set(widths.map((width) => width.label)).size).toBe(widths.length);
      for (const width of widths) {
        expect(slim(model, width).width).toEqual(width);
        expect(slim(model, String(width.ratio)).width).toEqual(width);
      }
      container.maxValues.forEach((maxValue, i) => {
        const below = slim(model, String(maxValue - 0.01)).width;
        expect(below).toEqual(widths[i]);
      });
    }),
    { seed, numRuns: 60 },
  );
});
