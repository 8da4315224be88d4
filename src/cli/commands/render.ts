/** `pedalbench render MODEL IN.wav OUT.wav`: the model's sound, block by block. */
import type { WavReader } from '../../audio/wav.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import { type Executor, type ExecutorKind, executorKinds } from '../../execute/index.ts';
import type { Model, Width } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { grouped, percent } from '../../report/text/number.ts';
import { printable } from '../../report/text/text-width.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { monoExecutor } from '../../workbench/mono-executor.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { pathFrom } from '../../workbench/places.ts';
import { predict } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { openAudio, warnOfRate } from '../audio-input.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { breathe, printJson, warn } from '../output.ts';
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
/** Frames between two looks at signals and progress. */
const restFrames = 8192;

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

interface Pass {
  readonly frames: number;
  readonly peak: number;
}

/** Throws `Interrupted`, `WavError`, and `CliError` where the output stops being a number. */
const streamThrough = async (
  executor: Executor,
  reader: WavReader,
  writer: WavWriter,
  blockFrames: number,
  io: Io,
  progress: Progress,
): Promise<Pass> => {
  const input = new Float32Array(blockFrames);
  const output = new Float32Array(blockFrames);
  let done = 0;
  let peak = 0;
  let rested = 0;
  for (let frames = reader.read(input); frames > 0; frames = reader.read(input)) {
    executor.process(input, output, frames);
    for (let i = 0; i < frames; i++) {
      const size = Math.abs(output[i]!);
      if (!(size < Number.POSITIVE_INFINITY)) {
        throw new CliError(
          'invalid',
          `frame ${done + i}: the model's output is no finite number; nothing was written.`,
        );
      }
      if (size > peak) peak = size;
    }
    writer.write(frames === blockFrames ? output : output.subarray(0, frames));
    done += frames;
    if (done - rested < restFrames) continue;
    rested = done;
    progress.update(done / reader.format.frames);
    await breathe(io);
  }
  return { frames: done, peak };
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

export const render: Command = {
  usage: 'MODEL IN.wav OUT.wav [options]',
  examples: [
    ['render a2 di.wav out.wav', 'the full width'],
    ['render a2 di.wav lite.wav --width lite', 'a narrower one'],
    ['render a2 di.wav out.wav --device mod-dwarf', 'also the cycles that the pedal would spend'],
  ],
  options: {
    width: { ...widthOption, help: `${widthOption.help} (default: full)` },
    block: {
      value: 'N',
      help: `frames per block (default: ${defaultBlockFrames}, or the device's own); the samples do not depend on it`,
    },
    tanh: { ...tanhOption, help: 'which tanh (default: libm, as NAM Core does)' },
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
    "The model is reset and prewarmed as NAM Core does, and the output is 32-bit float mono at the input's rate. What was at OUT.wav stays until the new file is complete.",
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
    const spec = args.text('width') ?? widthsOf(model).at(-1)?.label ?? 'full';
    const { width, network } = slim(model, spec, { whatIf: args.flag('what-if') });
    const executorName = (args.text('executor') ?? 'wasm') as ExecutorKind;
    const tanh = tanhOf(args) ?? 'libm';
    for (const odd of model.warnings) warn(args, io, `${model.origin}: ${odd}`);
    const reader = openAudio(args, io, from);
    try {
      const { sampleRateHz, frames: length, channels } = reader.format;
      warnOfRate(args, io, reader, model);
      const row = await costOn(args, workbench, model, width, sampleRateHz);
      const blockFrames =
        args.integer('block', 1, largestBlockFrames) ?? row?.blockFrames ?? defaultBlockFrames;
      const executor = monoExecutor(network, executorName, tanh, model.origin);
      const writer = new WavWriter(pathFrom(io, to), sampleRateHz);
      const progress = new Progress(args, io, `rendering ${model.id}`);
      let pass: Pass;
      try {
        pass = await streamThrough(executor, reader, writer, blockFrames, io, progress);
        writer.finish();
      } catch (error) {
        writer.abort();
        throw error;
      } finally {
        progress.end();
      }
      if (width.whatIf)
        warn(args, io, 'what-if: this width was not trained; its sound means nothing.');
      if (args.flag('json')) {
        printJson(io, 'render', {
          model: model.id,
          modelPath: model.origin,
          width,
          executor: executorName,
          tanh,
          blockFrames,
          input: { path: from, sampleRateHz, channels, frames: length },
          output: { path: to, sampleRateHz, frames: pass.frames, peak: pass.peak },
          cost: row,
        });
        return 0;
      }
      const seconds = (pass.frames / sampleRateHz).toFixed(2);
      const peak =
        pass.peak > 1 ? `${pass.peak.toFixed(3)}, above full scale` : pass.peak.toFixed(3);
      io.stdout.write(
        `${printable(to)}: ${printable(model.id)} ${printable(width.label)}, ${seconds} s at ${sampleRateHz} Hz, 32-bit float, peak ${peak}\n`,
      );
      if (row !== null) io.stdout.write(costText(row, pass.frames));
      return 0;
    } finally {
      reader.close();
    }
  },
};
