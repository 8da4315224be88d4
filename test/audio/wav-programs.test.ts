/** Files that other programs write, against what those programs read in them. Each row is made when the test runs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WavReader } from '../../src/audio/wav.ts';
import type { SampleEncoding } from '../../src/audio/wav-format.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const has = (program: string): boolean =>
  spawnSync(program, [program === 'ffmpeg' ? '-version' : '--version']).status === 0;
const found = { sox: has('sox'), ffmpeg: has('ffmpeg'), python3: has('python3') };
for (const [program, there] of Object.entries(found)) {
  if (!there) console.warn(`${program} is not installed: its WAV files are not tested here.`);
}

const run = (program: string, words: readonly string[], input?: Buffer): Buffer => {
  const { status, stdout, stderr } = spawnSync(program, words, { input, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  return stdout;
};

const readAll = (path: string, channel: number): Float32Array => {
  const reader = new WavReader(path, channel);
  const samples = new Float32Array(reader.format.frames);
  // In odd pieces, so that pieces and windows part.
  for (let at = 0; at < samples.length; at += 997) reader.read(samples.subarray(at, at + 997));
  reader.close();
  return samples;
};

/** One channel as the program decodes it, in doubles, and rounded once. */
const decoders = {
  ffmpeg: (path: string, channel: number): Float32Array => {
    const pan = `pan=mono|c0=c${channel - 1}`;
    const words = ['-v', 'error', '-i', path, '-af', pan, '-f', 'f64le', '-'];
    const bytes = run('ffmpeg', words);
    return Float32Array.from(new Float64Array(new Uint8Array(bytes).buffer));
  },
  sox: (path: string, channel: number): Float32Array => {
    const words = ['-V1', path, '-t', 'f64', '-', 'remix', String(channel)];
    return Float32Array.from(new Float64Array(new Uint8Array(run('sox', words)).buffer));
  },
};

const soxTone = ['synth', '0.25', 'pluck', 'A3', 'synth', '0.25', 'sine', 'mix', '300-3000'];
const ffmpegTone = (channels: string): string[] => [
  ...[
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    'aevalsrc=0.6*sin(1500*t)+0.2*sin(7000*t*t):d=0.25',
  ],
  ...['-ac', channels, '-bitexact'],
];
const sox = (name: string, words: string[], channels = 1) => {
  const path = join(folder, name);
  run('sox', [
    '-V1',
    '-R',
    '-r',
    '44100',
    '-n',
    '-c',
    String(channels),
    ...words,
    path,
    ...soxTone,
  ]);
  return path;
};
const ffmpeg = (name: string, words: string[], channels = 1) => {
  const path = join(folder, name);
  run('ffmpeg', [...ffmpegTone(String(channels)), ...words, path]);
  return path;
};
const python = (name: string, width: number, channels: number) => {
  const path = join(folder, name);
  const program = `
import wave, random
random.seed(1)
w = wave.open(${JSON.stringify(path)}, 'wb')
w.setnchannels(${channels}); w.setsampwidth(${width}); w.setframerate(48000)
w.writeframes(bytes(random.randrange(256) for _ in range(${width * channels * 5001})))
w.close()`;
  run('python3', ['-c', program]);
  return path;
};

type Row = [string, SampleEncoding, 'sox' | 'ffmpeg' | 'python3', () => string, channels: number];
const encodingWords: [SampleEncoding, string[], string][] = [
  ['uint8', ['-b', '8', '-e', 'unsigned'], 'pcm_u8'],
  ['int16', ['-b', '16', '-e', 'signed'], 'pcm_s16le'],
  ['int24', ['-b', '24', '-e', 'signed'], 'pcm_s24le'],
  ['int32', ['-b', '32', '-e', 'signed'], 'pcm_s32le'],
  ['float32', ['-b', '32', '-e', 'float'], 'pcm_f32le'],
  ['float64', ['-b', '64', '-e', 'float'], 'pcm_f64le'],
  ['a-law', ['-e', 'a-law'], 'pcm_alaw'],
  ['mu-law', ['-e', 'mu-law'], 'pcm_mulaw'],
];
const rows: Row[] = [
  ...encodingWords.flatMap(([encoding, words, codec]): Row[] => [
    ...[1, 2, 6].map((n): Row => {
      const make = (): string => sox(`sox-${encoding}-${n}.wav`, words, n);
      return [`sox, ${n} channels`, encoding, 'sox', make, n];
    }),
    ...[1, 2, 6].map((n): Row => {
      const make = (): string => ffmpeg(`ffmpeg-${encoding}-${n}.wav`, ['-c:a', codec], n);
      return [`ffmpeg, ${n} channels`, encoding, 'ffmpeg', make, n];
    }),
    [
      'ffmpeg, RF64',
      encoding,
      'ffmpeg',
      () => ffmpeg(`rf64-${encoding}.wav`, ['-c:a', codec, '-rf64', 'always'], 2),
      2,
    ],
    ['sox, RIFX', encoding, 'sox', () => sox(`rifx-${encoding}.wav`, ['-B', ...words], 2), 2],
  ]),
  ...([1, 2, 3, 4] as const).map((width): Row => {
    const encoding = (['uint8', 'int16', 'int24', 'int32'] as const)[width - 1]!;
    return ["Python's wave", encoding, 'python3', () => python(`py-${width}.wav`, width, 2), 2];
  }),
];

/** Reading needs a second program where Python wrote: it has no decoder of its own for us. */
const decoderOf = (program: Row[2]): 'sox' | 'ffmpeg' => (program === 'sox' ? 'sox' : 'ffmpeg');

describe('every encoding that other programs write is read as they read it', () => {
  for (const [name, encoding, program, make, channels] of rows) {
    const there = found[program] && found[decoderOf(program)];
    test.skipIf(!there)(`${name}: ${encoding}, to the bit`, () => {
      const path = make();
      const reader = new WavReader(path);
      expect(reader.format).toMatchObject({ encoding, channels, warnings: [] });
      reader.close();
      for (const channel of new Set([1, channels])) {
        const ours = readAll(path, channel);
        expect(ours.length).toBeGreaterThan(5000);
        // sox holds samples as 32-bit integers: a float of it is right to half of one of them.
        const wide = program === 'sox' && /float|int32/.test(encoding);
        expect(largestDifference(ours, decoders[decoderOf(program)](path, channel))).toBeLessThan(
          wide ? 2 ** -30 : 1e-30,
        );
      }
    });
  }
});

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
};

describe('IMA ADPCM', () => {
  test.skipIf(!found.sox).each([1, 2])('of sox with %i channels, to the bit', (channels) => {
    const path = sox(`ima-${channels}.wav`, ['-e', 'ima-adpcm'], channels);
    for (const channel of new Set([1, channels])) {
      // sox reads the last block to its end, though the file says where the sound ends.
      const ours = readAll(path, channel);
      expect(ours.length).toBe(11025);
      expect(largestDifference(ours, decoders.sox(path, channel).subarray(0, 11025))).toBe(0);
    }
  });

  test.skipIf(!found.ffmpeg || !found.sox)('of ffmpeg, as sox reads it', () => {
    const path = ffmpeg('ima-ffmpeg.wav', ['-c:a', 'adpcm_ima_wav'], 2);
    const ours = readAll(path, 2);
    const theirs = decoders.sox(path, 2);
    expect(largestDifference(ours, theirs.subarray(0, ours.length))).toBe(0);
  });
});

describe('codes that nobody needs to read are refused by their names', () => {
  test.skipIf(!found.sox).each([
    ['ms-adpcm', 'format 2 (Microsoft ADPCM)'],
    ['gsm-full-rate', 'format 49 (GSM 6.10)'],
  ])('%s of sox', (code, name) => {
    const path = sox(`${code}.wav`, ['-e', code]);
    expect(() => new WavReader(path)).toThrow(`${name}. Convert it to 24-bit or float WAV`);
  });
});

describe('programs that cannot go back to write a length', () => {
  test.skipIf(!found.sox)('sox into a pipe', () => {
    const bytes = run('sox', [
      '-V1',
      '-r',
      '44100',
      '-n',
      '-t',
      'wav',
      '-b',
      '16',
      '-',
      ...soxTone,
    ]);
    const path = join(folder, 'sox-pipe.wav');
    writeFileSync(path, bytes);
    expect(readAll(path, 1).length).toBe(11025);
  });

  test.skipIf(!found.ffmpeg)('ffmpeg into a pipe', () => {
    const bytes = run('ffmpeg', [...ffmpegTone('1'), '-f', 'wav', '-']);
    expect(bytes.readUInt32LE(40)).toBe(0xffffffff);
    const path = join(folder, 'ffmpeg-pipe.wav');
    writeFileSync(path, bytes);
    const whole = ffmpeg('whole.wav', []);
    expect(readAll(path, 1)).toEqual(readAll(whole, 1));
    expect(readFileSync(whole).length).toBe(bytes.length);
  });
});
