/** `pedalbench signal NAME OUT.wav`: a built-in test signal as a file. */
import { isSignalName, SignalSound, signalSeconds, usualRateHz } from '../../audio/signal-sound.ts';
import { signalNames } from '../../audio/signals.ts';
import { type WavFormatName, wavFormats } from '../../audio/wav-header.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import { printable } from '../../report/text/text-width.ts';
import { pathFrom } from '../../workbench/places.ts';
import { suggestion } from '../../workbench/suggestion.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { breathe, printJson } from '../output.ts';

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

export const signal: Command = {
  usage: 'NAME OUT.wav [options]',
  examples: [
    ['signal guitar di.wav', 'a dry guitar to play models with'],
    ['signal sweep sweep.wav --seconds 30 --rate 44100 --format 24', 'another, in another form'],
  ],
  options: {
    seconds: { value: 'N', help: `how long (default: ${signalSeconds})` },
    seed: { value: 'N', help: 'another seed gives other strokes and noise (default: 1)' },
    rate: { value: 'HZ', help: `the sample rate (default: ${usualRateHz})` },
    format: {
      value: Object.keys(wavFormats).join('|'),
      help: 'of the samples (default: 32f, 32-bit float)',
      choices: Object.keys(wavFormats),
    },
  },
  notes: [
    `The signals: ${signalNames.map((name) => `${name} (${whats[name]})`).join(', ')}. They are equal on every host, and are known by name wherever audio is asked for.`,
  ],
  run: async (args, io) => {
    const [name, to, ...more] = args.positionals;
    if (name === undefined || to === undefined || more.length > 0) {
      throw new CliError('usage', `Expected NAME OUT.wav, got ${args.positionals.length} words.`);
    }
    if (!isSignalName(name)) {
      throw new CliError(
        'usage',
        `${name}: no such signal. ${suggestion(name, signalNames, 'signals')}`,
      );
    }
    const seconds = args.number('seconds', 0.001, longestSeconds) ?? signalSeconds;
    const rate = args.integer('rate', 1000, 768_000) ?? usualRateHz;
    const seed = args.integer('seed', 0, Number.MAX_SAFE_INTEGER) ?? 1;
    const format = (args.text('format') ?? '32f') as WavFormatName;
    const sound = new SignalSound(name, rate, seconds, seed);
    const writer = new WavWriter(to === '-' ? to : pathFrom(io, to), rate, { format, seed });
    const block = new Float32Array(blockFrames);
    let peak = 0;
    try {
      for (let frames = sound.read(block); frames > 0; frames = sound.read(block)) {
        for (const sample of block.subarray(0, frames)) peak = Math.max(peak, Math.abs(sample));
        writer.write(block.subarray(0, frames));
        await breathe(io);
      }
      writer.finish();
    } catch (error) {
      writer.abort();
      throw error;
    }
    const { frames } = writer;
    if (args.flag('json')) {
      printJson(io, 'signal', {
        signal: name,
        seed,
        path: to,
        format,
        sampleRateHz: rate,
        frames,
        peak,
      });
      return 0;
    }
    const out = to === '-' ? io.stderr : io.stdout;
    out.write(
      `${printable(to)}: ${name}, ${seconds} s at ${rate} Hz, ${wavFormats[format].name}, peak ${peak.toFixed(3)}\n`,
    );
    return 0;
  },
};
