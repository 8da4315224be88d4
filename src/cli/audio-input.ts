/** Audio of a command: opened with what the user may not expect of it, and written with who hears of it. */
import { existsSync } from 'node:fs';
import { atRate } from '../audio/resampled-sound.ts';
import { signalSound, usualRateHz } from '../audio/signal-sound.ts';
import { signalNames } from '../audio/signals.ts';
import type { Sound } from '../audio/sound.ts';
import { type Channel, WavReader } from '../audio/wav.ts';
import { wavFormats } from '../audio/wav-header.ts';
import type { Model, Width } from '../nam/model.ts';
import { selectWidths } from '../nam/widths.ts';
import { printable } from '../report/text/text-width.ts';
import { hertz } from '../units/number-text.ts';
import { argumentsOn } from '../workbench/arguments-on-audio.ts';
import { esrToFull } from '../workbench/fidelity.ts';
import { type Call, during } from './call.ts';
import { inputError } from './cli-error.ts';
import { tanhOf } from './options.ts';

/** NAM models take 48 kHz where a file does not say its rate. */
export const modelRateOf = (model: Model): number =>
  Math.round(model.metadata.sampleRateHz ?? usualRateHz);

/**
 * A WAV file, or a built-in signal by its name where no such file is there. The caller closes the sound.
 * Throws `WavError` and `CliError`.
 * @param channel by default the first, which is said where there are several
 * @param hz of a signal; by default 48 kHz
 */
export const openAudio = (call: Call, name: string, channel?: Channel, hz?: number): Sound => {
  const path = call.path(name);
  const isThere = existsSync(path);
  const signal = isThere ? null : signalSound(name, hz);
  // A word without an ending may be meant as a signal.
  if (!isThere && signal === null && /^\w+$/.test(name)) {
    const message = `${name}: no such file. Name a WAV file, or a signal: ${signalNames.join(', ')}.`;
    throw inputError(message);
  }
  const sound = signal ?? new WavReader(path, channel ?? 1);
  const { channels, frames, warnings } = sound.format;
  if (frames === 0) {
    sound.close();
    throw inputError(`${name}: expected audio, got a file without samples.`);
  }
  if (channels > 1 && channel === undefined) {
    call.note(`${name}: ${channels} channels; the first is used (--channel N, --mix).`);
  }
  for (const warning of warnings) call.warn(`${name}: ${warning}`);
  return sound;
};

/** The rate that the model is run at: its own, as players do, or that of the sound and with a warning. */
export const runRateOf = (call: Call, sound: Sound, model: Model, resample = true): number => {
  const trained = modelRateOf(model);
  const rate = sound.format.sampleRateHz;
  if (rate === trained) return rate;
  const isStated = model.metadata.sampleRateHz !== null;
  const source = isStated
    ? `was trained at ${hertz(trained)}`
    : `says no sample rate, so ${hertz(trained)} is taken`;
  const facts = `${printable(sound.path)} has ${hertz(rate)} and ${model.origin} ${source}`;
  if (resample) {
    call.note(`${facts}: resampled to ${hertz(trained)}, as players do.`);
    return trained;
  }
  const moved = Math.round((1000 * rate) / trained);
  call.warn(
    `${facts}. The samples go through as they are: what the model does at 1000 Hz is heard at ${moved} Hz. Leave out --no-resample for the real sound.`,
  );
  return rate;
};

/** By width label, the error-to-signal ratio to the full width on a file. */
export const ratiosOn = (call: Call, reader: Sound, model: Model, widths: readonly Width[]) => {
  const sound = atRate(reader, runRateOf(call, reader, model));
  const tanh = (call.declares('tanh') ? tanhOf(call) : undefined) ?? 'libm';
  return during(call, `${model.id} on ${reader.path}`, ({ step }) =>
    esrToFull(sound, model, widths, tanh, step),
  );
};

/** Runs every asked width on the audio before anything is predicted: its sound, and an excerpt for what tanh costs. */
export const measureOnAudio = async (call: Call, model: Model, path: string) => {
  const reader = openAudio(call, path);
  const options = { whatIf: call.flag('what-if') };
  const widths = selectWidths(model, call.text('width') ?? 'all', options);
  try {
    const ratios = await ratiosOn(call, reader, model, widths);
    const sound = atRate(reader, modelRateOf(model));
    const measured = await during(call, `${model.id}: arguments of tanh on ${path}`, ({ step }) =>
      argumentsOn(sound, model, widths, options, step),
    );
    if ([...ratios.values()].every((esr) => esr === null)) {
      call.warn(`${model.origin}: its full width is silent on ${path}, so there is no ratio.`);
    }
    return {
      fidelity: (_: Model, { label }: Width) => ratios.get(label) ?? null,
      arguments: (_: Model, { label }: Width) => measured.get(label) ?? null,
    };
  } finally {
    reader.close();
  }
};

const formats = Object.keys(wavFormats);
export const formatOption = { value: formats.join('|'), choices: formats };

/** `-` is standard output. */
export const soundPath = (call: Call, path: string): string =>
  path === '-' ? path : call.path(path);

/** The sound itself may go to standard output, and then what is said of it does not. */
export const printSound = (
  call: Call,
  path: string,
  [command, body]: readonly [string, object],
  text: string,
): void => {
  if (path === '-' && !call.flag('json')) call.io.stderr.write(text);
  else call.print(command, body, () => text);
};
