/** `pedalbench signal NAME OUT.wav`: a built-in test signal as a file. */
import { scoreSeconds } from '../../audio/guitar-score.ts';
import { isSignalName, soundOf, usualRateHz } from '../../audio/signal-sound.ts';
import { signalNames } from '../../audio/signals.ts';
import type { Sound } from '../../audio/sound.ts';
import { type WavFormatName, wavFormats } from '../../audio/wav-header.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import { suggestion } from '../../device/nearest.ts';
import { printable } from '../../report/text/text-width.ts';
import { hertz } from '../../units/number-text.ts';
import { formatOption, printSound, soundPath } from '../audio-input.ts';
import type { Call, Command } from '../call.ts';
import { usageError } from '../cli-error.ts';
import { shared } from '../options.ts';

const blockFrames = 65_536;
const longestSeconds = 86_400;

const whats: Readonly<Record<(typeof signalNames)[number], string>> = {
  guitar: 'palm mutes, chords, a bend and single strings, twelve seconds that repeat',
  plucks: 'a plucked string every half second',
  sweep: 'a sine from 20 Hz to 20 kHz and back',
  noise: 'white noise',
  silence: 'zeros',
  tail: 'a tone that decays into denormal numbers',
};

/** The peak. What was at the path stays unless all of it is written. */
const writeAll = async (call: Call, sound: Sound, writer: WavWriter): Promise<number> => {
  const block = new Float32Array(blockFrames);
  let peak = 0;
  try {
    for (let frames = sound.read(block); frames > 0; frames = sound.read(block)) {
      for (const sample of block.subarray(0, frames)) peak = Math.max(peak, Math.abs(sample));
      writer.write(block.subarray(0, frames));
      await call.yieldNow();
    }
    writer.finish();
    return peak;
  } catch (error) {
    writer.abort();
    throw error;
  }
};

export const signal: Command = {
  usage: 'NAME OUT.wav [options]',
  examples: [
    ['signal guitar di.wav', 'a dry guitar to play models with'],
    ['signal sweep sweep.wav --seconds 30 --rate 44100 --format 24', 'another, in another form'],
  ],
  options: {
    seconds: {
      ...{ value: 'N', range: [0.001, longestSeconds] },
      help: `how long (default: ${scoreSeconds})`,
    },
    seed: { ...shared.seed, help: 'another seed gives other strokes and noise (default: 1)' },
    rate: {
      ...{ value: 'HZ', whole: [1000, 768_000] },
      help: `the sample rate (default: ${usualRateHz})`,
    },
    format: { ...formatOption, help: 'of the samples (default: 32f, 32-bit float)' },
  },
  notes: [
    `The signals: ${signalNames.map((name) => `${name} (${whats[name]})`).join(', ')}. They are equal on every host, and are known by name wherever audio is asked for.`,
  ],
  run: async (call) => {
    const [name = '', to = ''] = call.words('NAME OUT.wav');
    if (!isSignalName(name)) {
      throw usageError(`${name}: no such signal. ${suggestion(name, signalNames, 'signals')}`);
    }
    const seconds = call.number('seconds') ?? scoreSeconds;
    const sampleRateHz = call.number('rate') ?? usualRateHz;
    const seed = call.number('seed') ?? 1;
    // The option takes nothing else.
    const format = (call.text('format') ?? '32f') as WavFormatName;
    const sound = soundOf(name, sampleRateHz, seconds, seed);
    const writer = new WavWriter(soundPath(call, to), sampleRateHz, { format, seed });
    const peak = await writeAll(call, sound, writer);
    const { frames } = writer;
    const body = { signal: name, seed, path: to, format, sampleRateHz, frames, peak };
    const text = `${printable(to)}: ${name}, ${seconds} s at ${hertz(sampleRateHz)}, ${wavFormats[format].name}, peak ${peak.toFixed(3)}\n`;
    printSound(call, to, ['signal', body], text);
    return 0;
  },
};
