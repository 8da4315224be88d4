/** Opens audio for a command and says aloud what the user may not expect of it. */
import { WavReader } from '../audio/wav.ts';
import type { Model } from '../nam/model.ts';
import { pathFrom } from '../workbench/places.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { note, warn } from './output.ts';

/** Throws `WavError`. The caller closes the reader. */
export const openAudio = (args: Args, io: Io, path: string): WavReader => {
  const reader = new WavReader(pathFrom(io, path));
  const { channels, frames, warnings } = reader.format;
  if (frames === 0) {
    reader.close();
    throw new CliError('invalid', `${path}: expected audio, got a file without samples.`);
  }
  if (channels > 1) note(args, io, `${path}: ${channels} channels; the first is used.`);
  for (const warning of warnings) warn(args, io, `${path}: ${warning}`);
  return reader;
};

/** NAM models take 48 kHz where a file does not say its rate. */
const usualRateHz = 48_000;

export const warnOfRate = (args: Args, io: Io, reader: WavReader, model: Model): void => {
  const stated = model.metadata.sampleRateHz;
  const trained = stated ?? usualRateHz;
  const rate = reader.format.sampleRateHz;
  if (rate === trained) return;
  const source =
    stated === null ? 'says no sample rate, so 48000 Hz is taken' : `was trained at ${trained} Hz`;
  warn(
    args,
    io,
    `${reader.path} has ${rate} Hz and ${model.origin} ${source}. The samples go through as they are, so the sound is shifted by ${((100 * trained) / rate - 100).toFixed(1)} % in frequency against what was trained; players resample instead. Resample the file for the real sound.`,
  );
};
