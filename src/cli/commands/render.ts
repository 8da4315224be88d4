/** `pedalbench render MODEL IN.wav OUT.wav`: the model's sound, block by block. */
import { signalNames } from '../../audio/signals.ts';
import type { Channel } from '../../audio/wav.ts';
import { type WavFormatName, wavFormats } from '../../audio/wav-header.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import { type ExecutorKind, executorKinds } from '../../execute/index.ts';
import type { Model, Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { grouped, percent } from '../../report/text/number.ts';
import { printable } from '../../report/text/text-width.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import {
  matchingGain,
  type RenderSource,
  type RenderSums,
  renderSound,
} from '../../study/render/render-sound.ts';
import { monoExecutor } from '../../workbench/mono-executor.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { pathFrom } from '../../workbench/places.ts';
import { predict } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { modelRateOf, openAudio, runRateOf } from '../audio-input.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { printJson, warn } from '../output.ts';
import { Progress } from '../progress.ts';
import {
  largestBlockFrames,
  oneDevice,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
} from '../study-options.ts';

const defaultBlockFrames = 64;

/** What a device would have spent on this run; null where no device was named. */
const costOn = async (
  args: Args,
  workbench: Workbench,
  model: Model,
  width: Width,
  sampleRateHz: number,
): Promise<PredictRow | null> => {
  if (!args.has('device')) {
    if (args.has('engine')) throw new CliError('usage', '--engine needs --device ID.');
    return null;
  }
  const result = await predict(workbench, {
    models: model,
    devices: oneDevice(args, workbench),
    engine: args.text('engine') ?? 'auto',
    blockFrames: args.integer('block', 1, largestBlockFrames) ?? undefined,
    sampleRateHz,
    width: width.label,
    whatIf: width.whatIf,
    tanh: tanhOf(args) ?? undefined,
  });
  const [row] = result.rows;
  if (row === undefined) {
    const reason = result.skipped[0]?.reason ?? 'there is no prediction';
    throw new CliError('invalid', `${model.origin} on that device and engine: ${reason}`);
  }
  return row;
};

/** A channel by number, from 1, or all of them; null where nothing was asked. */
const channelOf = (args: Args): Channel | null => {
  const channel = args.integer('channel', 1, 4096);
  if (channel !== null && args.flag('mix')) {
    throw new CliError('usage', 'Expected --channel N or --mix, got both.');
  }
  return args.flag('mix') ? 'mix' : channel;
};

/** All are put in their places, or none. */
const writeAll = async <T>(writers: readonly WavWriter[], write: () => Promise<T>): Promise<T> => {
  try {
    const result = await write();
    for (const writer of writers) writer.finish();
    return result;
  } catch (error) {
    for (const writer of writers) writer.abort();
    throw error;
  }
};

interface Files {
  readonly output: WavWriter;
  readonly difference: WavWriter | null;
}

const openFiles = (args: Args, io: Io, to: string, sampleRateHz: number): Files => {
  const format = (args.text('format') ?? '32f') as WavFormatName;
  const second = args.text('difference');
  const open = (path: string): WavWriter =>
    new WavWriter(path === '-' ? path : pathFrom(io, path), sampleRateHz, { format });
  const output = open(to);
  try {
    return { output, difference: second === null ? null : open(second) };
  } catch (error) {
    output.abort();
    throw error;
  }
};

interface Rendered extends RenderSums {
  readonly gain: number;
}

/** Throws `Interrupted`, `WavError`, and `CliError` where the output stops being a number. */
const renderTo = async (
  args: Args,
  io: Io,
  source: RenderSource,
  { output, difference }: Files,
  name: string,
): Promise<Rendered> => {
  const writers = difference === null ? [output] : [output, difference];
  const passes = args.flag('match') ? 2 : 1;
  const progress = new Progress(args, io, `rendering ${name}`);
  const onShare = (from: number) => (share: number) => progress.step((from + share) / passes);
  try {
    return await writeAll(writers, async () => {
      const gain = passes === 2 ? await matchingGain(source, onShare(0)) : 1;
      const sums = await renderSound(source, gain, {
        output: (block) => output.write(block),
        difference: difference === null ? undefined : (block) => difference.write(block),
        onShare: onShare(passes - 1),
      });
      return { ...sums, gain };
    });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new CliError('invalid', `${error.message}; nothing was written.`);
    }
    throw error;
  } finally {
    progress.end();
  }
};

const warnOfClipping = (args: Args, io: Io, writer: WavWriter): void => {
  if (writer.clipped === 0) return;
  warn(
    args,
    io,
    `${printable(writer.path)}: ${writer.clipped === 1 ? 'one sample' : `${grouped(writer.clipped)} samples`} beyond full scale, clipped. --format 32f keeps them, or play more softly.`,
  );
};

const decibels = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)} dB`;

const errorText = ({ error, gain }: Rendered, match: boolean): string => {
  const loud = match ? `Loudness matched by ${decibels(20 * Math.log10(gain))}.\n` : '';
  if (error === null) return loud;
  const size = error.decibels === null ? 'no difference' : decibels(error.decibels);
  return `${loud}Against the full width: error to signal ${size} (ESR ${error.ratio.toPrecision(3)}). NAM's trainer would say: ${error.word}\n`;
};

const costText = (row: PredictRow, frames: number): string => {
  if (row.cyclesPerSample === null || row.load === null) {
    return `${printable(row.deviceName)}: ${row.verdict}, no chip is published for it.\n`;
  }
  const { expected } = row.cyclesPerSample;
  return (
    `${printable(row.deviceName)}, ${row.engine}, blocks of ${row.blockFrames}: ` +
    `${grouped(expected)} cycles a sample, ${grouped(expected * frames)} for the run, ` +
    `load ${percent(row.load.expected)}, ${row.verdict}\n`
  );
};

const widthOf = (args: Args, model: Model): ReturnType<typeof slim> => {
  const spec = args.text('width') ?? widthsOf(model).at(-1)?.label ?? 'full';
  return slim(model, spec, { whatIf: args.flag('what-if') });
};

export const render: Command = {
  usage: 'MODEL IN.wav OUT.wav [options]',
  examples: [
    ['render a2 guitar out.wav', 'the full width on the built-in guitar'],
    ['render a2 di.wav lite.wav --width lite', 'a narrower one, and how far it is from the full'],
    [
      'render a2 guitar lite.wav --width lite --difference rest.wav --match',
      'what the narrower one lacks, both equally loud',
    ],
    ['render a2 di.wav out.wav --device mod-dwarf', 'also the cycles that the pedal would spend'],
  ],
  options: {
    width: { ...widthOption, help: `${widthOption.help} (default: full)` },
    block: {
      value: 'N',
      help: `frames per block (default: ${defaultBlockFrames}, or the device's own); the samples do not depend on it`,
    },
    tanh: { ...tanhOption, help: 'which tanh (default: libm, as NAM Core does)' },
    channel: { value: 'N', help: 'the channel of IN.wav to play, from 1 (default: 1)' },
    mix: { help: 'play the mean of all channels' },
    'no-resample': { help: "run the model at the file's rate, which shifts its sound" },
    format: {
      value: Object.keys(wavFormats).join('|'),
      help: 'of OUT.wav (default: 32f, 32-bit float); integers are dithered, over 4 GiB becomes RF64',
      choices: Object.keys(wavFormats),
    },
    difference: { value: 'FILE', help: 'also write the full width less this one' },
    match: { help: 'make it as loud as the full width, and the full width as loud as the input' },
    executor: {
      value: executorKinds.join('|'),
      help: 'who computes (default: wasm; reference is the slow one that it is checked against)',
      choices: executorKinds,
    },
    device: { value: 'ID', help: 'also print the cycles of the run on this device' },
    engine: { value: 'ID|auto', help: 'with this engine (default: the one that the device ships)' },
    'what-if': whatIfOption,
  },
  notes: [
    "The model is reset and prewarmed as NAM Core does, and the output is mono at the input's rate and length. Where that is not the model's rate, the sound is resampled to the model's and back. What was at OUT.wav stays until the new file is complete.",
    `IN.wav is WAV in any usual encoding, or a built-in signal by name: ${signalNames.join(', ')}.`,
  ],
  run: async (args, io) => {
    const [name, from, to, ...more] = args.positionals;
    if (name === undefined || from === undefined || to === undefined || more.length > 0) {
      throw new CliError(
        'usage',
        `Expected MODEL IN.wav OUT.wav, got ${args.positionals.length} words.`,
      );
    }
    const workbench = openWorkbench(io);
    const model = workbench.model(name);
    const { width, network } = widthOf(args, model);
    const full = widthsOf(model).at(-1);
    const isFull = full === undefined || full.label === width.label;
    if (isFull && args.has('difference')) {
      throw new CliError('usage', '--difference needs a --width that is narrower than the full.');
    }
    const executorName = (args.text('executor') ?? 'wasm') as ExecutorKind;
    const tanh = tanhOf(args) ?? 'libm';
    for (const odd of model.warnings) warn(args, io, `${model.origin}: ${odd}`);
    const channel = channelOf(args);
    const sound = openAudio(args, io, from, { channel, sampleRateHz: modelRateOf(model) });
    try {
      const { sampleRateHz, frames: length, channels } = sound.format;
      const modelRateHz = runRateOf(args, io, sound, model, !args.flag('no-resample'));
      const row = await costOn(args, workbench, model, width, sampleRateHz);
      const blockFrames =
        args.integer('block', 1, largestBlockFrames) ?? row?.blockFrames ?? defaultBlockFrames;
      const executorOf = (of: Network) => monoExecutor(of, executorName, tanh, model.origin);
      const first = executorOf(network);
      const source: RenderSource = {
        sound,
        modelRateHz,
        blockFrames,
        executor: () => {
          first.reset();
          return first;
        },
        full: isFull ? null : () => executorOf(slim(model, full.label).network),
      };
      const files = openFiles(args, io, to, sampleRateHz);
      const done = await renderTo(args, io, source, files, model.id);
      if (width.whatIf)
        warn(args, io, 'what-if: this width was not trained; its sound means nothing.');
      for (const writer of [files.output, files.difference]) {
        if (writer !== null) warnOfClipping(args, io, writer);
      }
      if (args.flag('json')) {
        printJson(io, 'render', {
          model: model.id,
          modelPath: model.origin,
          width,
          executor: executorName,
          tanh,
          blockFrames,
          modelSampleRateHz: modelRateHz,
          input: { path: from, sampleRateHz, channels, channel: channel ?? 1, frames: length },
          output: {
            path: to,
            format: files.output.format,
            sampleRateHz,
            frames: done.frames,
            peak: done.peak,
            clipped: files.output.clipped,
          },
          gain: done.gain,
          errorToFull: done.error,
          cost: row,
        });
        return 0;
      }
      const seconds = (done.frames / sampleRateHz).toFixed(2);
      const peak =
        done.peak > 1 ? `${done.peak.toFixed(3)}, above full scale` : done.peak.toFixed(3);
      // The sound itself may go to standard output.
      const out = to === '-' ? io.stderr : io.stdout;
      out.write(
        `${printable(to)}: ${printable(model.id)} ${printable(width.label)}, ${seconds} s at ${sampleRateHz} Hz, ${wavFormats[files.output.format].name}, peak ${peak}\n`,
      );
      out.write(errorText(done, args.flag('match')));
      if (row !== null) out.write(costText(row, done.frames));
      return 0;
    } finally {
      sound.close();
    }
  },
};
