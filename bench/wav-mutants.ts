/** Mutants of WAV files: each is read to its end or refused with a sentence that names the file. `npx tsx bench/wav-mutants.ts [COUNT]` */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WavReader } from '../src/audio/wav.ts';
import { WavError } from '../src/audio/wav-error.ts';
import { Random } from '../src/units/random.ts';

const count = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'pedalbench-mutants-'));
const path = join(folder, 'mutant.wav');
const random = new Random(20, 'mutants');

/** Short files of every encoding, one or two channels, and all containers. */
const makeSeeds = (): Buffer[] => {
  const made = (words: string[]): Buffer => {
    const run = spawnSync(words[0] ?? '', [...words.slice(1), path]);
    if (run.status !== 0) throw new Error(`${words.join(' ')}: ${run.stderr}`);
    return readFileSync(path);
  };
  const sox = ['b 8', 'b 16', 'b 24', 'b 32', 'e float', 'e a-law', 'e mu-law', 'e ima-adpcm'];
  const encodings = sox.map((words) => `-${words}`.split(' '));
  const source = join(folder, 'source.wav');
  spawnSync('sox', ['-R', '-n', '-r', '48000', '-c', '2', source, 'synth', '0.02', 'sine', '440']);
  return [
    ...encodings.map((words) => made(['sox', '-V1', '-R', source, ...words])),
    ...encodings.slice(1, 5).map((words) => made(['sox', '-V1', '-R', source, '-B', ...words])),
    made(['ffmpeg', '-v', 'error', '-y', '-i', source, '-rf64', 'always', '-f', 'wav']),
    made(['ffmpeg', '-v', 'error', '-y', '-i', source, '-c:a', 'pcm_f64le', '-f', 'wav']),
  ];
};

const sizes = [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffe, 0x7ffff000];

/** Bytes of the head replaced, sizes made odd, pieces cut, doubled or swapped. */
const mutate = (seed: Buffer): Buffer => {
  let bytes = Buffer.from(seed);
  for (let n = random.integer(1, 4); n > 0; n--) {
    const head = Math.min(bytes.length, 120);
    const at = random.integer(0, Math.max(0, head - 5));
    const kind = random.integer(0, 5);
    if (bytes.length < 16) return bytes;
    if (kind <= 1) bytes[at] = random.integer(0, 255);
    else if (kind === 2) bytes.writeUInt32LE(sizes[random.integer(0, sizes.length - 1)] ?? 0, at);
    else if (kind === 3) bytes = bytes.subarray(0, random.integer(0, bytes.length));
    else if (kind === 4) {
      const end = at + random.integer(1, 40);
      bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    } else
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 24))]);
  }
  return bytes;
};

const outcomes = { read: 0, refused: 0 };
const play = (): void => {
  const block = new Float32Array(512);
  try {
    const reader = new WavReader(path, random.integer(0, 1) === 0 ? 1 : 'mix');
    try {
      while (reader.read(block) > 0);
      outcomes.read++;
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof WavError) || !error.message.startsWith(path)) throw error;
    if (/undefined|NaN|Cannot read prop|\[object/.test(error.message)) throw error;
    outcomes.refused++;
  }
};

const seeds = makeSeeds();
let slowest = 0;
for (let i = 0; i < count; i++) {
  writeFileSync(path, mutate(seeds[i % seeds.length] as Buffer));
  const start = performance.now();
  play();
  slowest = Math.max(slowest, performance.now() - start);
}
rmSync(folder, { recursive: true });
console.log(
  `${count} mutants of ${seeds.length} files: ${outcomes.read} read, ${outcomes.refused} refused with a sentence, none else; the slowest took ${slowest.toFixed(0)} ms`,
);
