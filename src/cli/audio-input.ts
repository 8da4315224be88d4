/** Opens audio for a command and says aloud what the user may not expect of it. */
import { existsSync } from 'node:fs';
import { signalSound, usualRateHz } from '../audio/signal-sound.ts';
import { signalNames } from '../audio/signals.ts';
import type { Sound } from '../audio/sound.ts';
import { type Channel, WavReader } from '../audio/wav.ts';
import type { Model } from '../nam/model.ts';
import { printable } from '../report/text/text-width.ts';
import { pathFrom } from '../workbench/places.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { note, warn } from './output.ts';

/** NAM models take 48 kHz where a file does not say its rate. */
export const modelRateOf = (model: Model): number =>
  Math.round(model.metadata.sampleRateHz ?? usualRateHz);

/**
 * A WAV file, or a built-in signal by its name where no such file is there; a signal has the rate that is asked.
 * Throws `WavError` and `CliError`. The caller closes the sound.
 */
export const openAudio = (
  args: Args,
  io: Io,
  name: string,
  options: { readonly channel?: Channel | null; readonly sampleRateHz?: number } = {},
): Sound => {
  const { channel, sampleRateHz = usualRateHz } = options;
  const path = pathFrom(io, name);
  const isThere = existsSync(path);
  // A word without an ending may be meant as a signal.
  if (!isThere && /^\w+$/.test(name) && signalSound(name) === null) {
    throw new CliError(
      'invalid',
      `${name}: no such file. Name a WAV file, or a signal: ${signalNames.join(', ')}.`,
    );
  }
  const signal = isThere ? null : signalSound(name, sampleRateHz);
  const sound = signal ?? new WavReader(path, channel ?? 1);
  const { channels, frames, warnings } = sound.format;
  if (frames === 0) {
    sound.close();
    throw new CliError('invalid', `${name}: expected audio, got a file without samples.`);
  }
  if (channels > 1 && channel == null) {
    note(args, io, `${name}: ${channels} channels; the first is used (--channel N, --mix).`);
  }
  for (const warning of warnings) warn(args, io, `${name}: ${warning}`);
  return sound;
};

/** The rate that the model is run at: its own, as players do, or that of the sound and with a warning. */
export const runRateOf = (
  args: Args,
  io: Io,
  sound: Sound,
  model: Model,
  resample: boolean = true,
): number => {
  const trained = modelRateOf(model);
  const rate = sound.format.sampleRateHz;
  if (rate === trained) return rate;
  const source =
    model.metadata.sampleRateHz === null
      ? `says no sample rate, so ${trained} Hz is taken`
      : `was trained at ${trained} Hz`;
  const facts = `${printable(sound.path)} has ${rate} Hz and ${model.origin} ${source}`;
  if (resample) {
    note(args, io, `${facts}: resampled to ${trained} Hz, as players do.`);
    return trained;
  }
  const moved = Math.round((1000 * rate) / trained);
  warn(
    args,
    io,
    `${facts}. The samples go through as they are: what the model does at 1000 Hz is heard at ${moved} Hz. Leave out --no-resample for the real sound.`,
  );
  return rate;
};
