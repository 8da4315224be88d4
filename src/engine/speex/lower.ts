/**
 * SpeexDSP's resampler at quality 5 in float, one channel: a sinc of 80 taps and more behind a Kaiser window, from a
 * table of 16 points a tap between which cubics are read off. So it runs where the ratio has more than 16 phases, as
 * between 44.1 and 48 kHz; from others it takes whole rows of a table, which is not described.
 */
import { windowedSinc } from '../../audio/resampler.ts';
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import { offsetBy } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { costs } from '../common/code.ts';
import { copyTemplate, counted, IrProgram, irTemplates, slotsOf } from '../convolver/ir-program.ts';
import { type Ratio, ratioOf } from '../resampler/lanczos.ts';
import type { LowerResampler } from '../resampler/lower.ts';
import compiled from './compiled-code.json' with { type: 'json' };

const oversample = 16;
const beta = 10;
const { call, copy, output, tap } = compiled.code;

/** Taps grow with the ratio where the rate falls, in eights. */
const tapsOf = ({ from, to }: Ratio): number =>
  8 * Math.ceil(Math.floor(80 * Math.max(1, from / to)) / 8);

/** What the two resamplers around a model report, in frames of the session: half of each filter. */
export const speexLatency = (sessionHz: number, modelHz: number): number => {
  const ratio = ratioOf(modelHz, sessionHz);
  const back = Math.floor(
    ((tapsOf(ratio) / 2) * ratio.to + Math.floor(ratio.from / 2)) / ratio.from,
  );
  return tapsOf(ratioOf(sessionHz, modelHz)) / 2 + back;
};

/** Point `i` lies `(i - 4) / 16` samples behind the first tap. */
const tableOf = (ratio: Ratio): Float32Array => {
  const taps = tapsOf(ratio);
  const cutoff = ratio.from <= ratio.to ? 0.94 : (0.922 * ratio.to) / ratio.from;
  const peak = windowedSinc(0, taps / 2, cutoff, beta) / cutoff;
  return Float32Array.from(
    { length: oversample * taps + 8 },
    (_, i) => windowedSinc((i - 4) / oversample - taps / 2, taps / 2, cutoff, beta) / peak,
  );
};

/** The four weights of a cubic at `at` between its second point and its third, as the source forms them. */
const cubic = (b: KernelBuilder, at: Register, fused: boolean): readonly Register[] => {
  const times = (value: number, a: Register): Register => b.binary('mul', b.const(value, 1), a, 1);
  const square = b.binary('mul', at, at, 1);
  const cube = b.binary('mul', square, at, 1);
  const sixth = times(1 / 6, cube);
  const half = times(0.5, square);
  const first = b.binary('sub', sixth, times(1 / 6, at), 1);
  const second = b.fma(b.const(-0.5, 1), cube, b.binary('add', at, half, 1), 1, { fused });
  const last = b.binary('sub', b.fma(b.const(-1 / 3, 1), at, half, 1, { fused }), sixth, 1);
  const third = [first, second, last].reduce(
    (rest, a) => b.binary('sub', rest, a, 1),
    b.const(1, 1),
  );
  return [first, second, third, last];
};

/** One output. Slots: its first sample, its place in the table, its phase in parts of a sample, out. */
const read = (taps: number, phases: number, fused: boolean): Template =>
  irTemplates.get(`speex/read/${taps}/${phases}/${fused}`, (b) => {
    const [samples, table, phase, out] = slotsOf(b, 'samples', 'table', 'phase', 'out');
    costs(b, ['int', output.int], ['intMul', 2], ['intDiv', 1]);
    costs(b, ['loadInt', output.load_int], ['branch', output.branch]);
    const at = b.binary('div', b.load(b.at(phase), 1), b.const(phases, 1), 1);
    const sums = b.registerList(4);
    for (const into of sums) b.const(0, 1, into);
    b.loop(taps, (counter) => {
      const sample = b.load(b.at(samples, 0, counter.times(1)), 1);
      for (const [k, into] of sums.entries()) {
        const point = b.load(b.at(table, k, counter.times(oversample)), 1);
        b.fma(point, sample, into, 1, { fused, into });
      }
      costs(b, ['int', tap.int], ['branch', 1]);
    });
    const weights = cubic(b, at, fused);
    const parts = sums.map((sum, k) => b.binary('mul', sum, weights[k] ?? sum, 1));
    b.store(
      parts.reduce((sum, part) => b.binary('add', sum, part, 1)),
      b.at(out),
      1,
    );
  });

/** The call, and the copy of what goes in behind what was kept. Slots: from, to. */
const take = (frames: number): Template =>
  irTemplates.get(`speex/take/${frames}`, (b) => {
    const [from, to] = slotsOf(b, 'from', 'to');
    costs(b, ['int', call.int], ['loadInt', call.load_int]);
    costs(b, ['storeInt', call.store_int], ['branch', call.branch]);
    counted(b, frames, 0, (counter) => {
      const value = b.load(b.at(from, 0, counter.times(1)), 1);
      b.store(value, b.at(to, 0, counter.times(1)), 1);
      costs(b, ['int', copy.int]);
    });
  });

export const lowerSpeex: LowerResampler = (fromHz, toHz, framesIn, framesOut, target) => {
  const ratio = ratioOf(fromHz, toHz);
  const taps = tapsOf(ratio);
  const lookback = taps - 1;
  const program = new IrProgram('resampler');
  const input = program.memory('input', framesIn, 'io');
  const out = program.memory('output', Math.max(framesIn, framesOut), 'io');
  const columns = lookback + Math.max(framesIn, Math.ceil((framesOut * ratio.from) / ratio.to));
  const policy = { kind: 'linear', start: lookback } as const;
  const form = { name: 'history', channels: 1, layout: 'planar', lookback } as const;
  const ring = program.ownRing({ ...form, columns, policy });
  const table = program.weights('table', tableOf(ratio));
  const phases = Array.from(
    { length: framesOut },
    (_, i) => (i * ratio.from * oversample) % ratio.to,
  );
  const phase = program.weights('phase', Float32Array.from(phases));
  const front = program.frontOf(ring);
  const move = { template: copyTemplate(lookback, target), times: 1, slots: [front, front] };
  program.ringStep('rewind', 1, [move]);
  const taken = { template: take(framesIn), times: 1, slots: [input, program.history(ring)] };
  program.ringStep('write', 1, [taken], { src: input });
  for (let i = 0; i < framesOut; i++) {
    const place = i * ratio.from;
    const down = Math.floor(((place % ratio.to) * oversample) / ratio.to);
    program.kernel('resample', read(taps, ratio.to, target.fma), [
      offsetBy(program.history(ring, lookback), Math.floor(place / ratio.to)),
      offsetBy(table, 2 + oversample - down),
      offsetBy(phase, i),
      offsetBy(out, i),
    ]);
  }
  program.ringStep('advance', 1);
  return { ...program.finish(target, framesIn, input.buffer, out.buffer), engine: 'speex' };
};
