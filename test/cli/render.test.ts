import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { worstDifference } from '../execute/wasm-audio.ts';
import { pedalbench } from './fake-io.ts';
import { noise, readWav, temporaryFolder, writeStereo, writeWav } from './wav-files.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const input = writeWav(at('in.wav'), noise(3000));

describe('render', () => {
  test('writes 32-bit float mono at the input rate, as long as the input', async () => {
    const { code, stdout, stderr } = await pedalbench(['render', 'a1-nano', input, at('out.wav')]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/out\.wav: a1-nano full, 0\.06 s at 48 kHz, 32-bit float, peak 0\.\d+/);
    const { samples, sampleRateHz } = readWav(at('out.wav'));
    expect(sampleRateHz).toBe(48000);
    expect(samples.length).toBe(3000);
    expect(samples.some((sample) => sample !== 0)).toBe(true);
  });

  test('the samples do not depend on the block size', async () => {
    const bytes: string[] = [];
    for (const block of ['1', '16', '500', '4096']) {
      const out = at(`block-${block}.wav`);
      await pedalbench(['render', 'a1-nano', input, out, '--block', block]);
      bytes.push(readFileSync(out).toString('hex'));
    }
    expect(new Set(bytes).size).toBe(1);
  });

  test('of several channels the first is used, and that is said on stderr', async () => {
    const stereo = writeStereo(at('stereo.wav'), noise(500));
    const { code, stderr } = await pedalbench(['render', 'a1-nano', stereo, at('s.wav')]);
    expect(code).toBe(0);
    expect(stderr).toBe(`${stereo}: 2 channels; the first is used (--channel N, --mix).\n`);
    const quiet = await pedalbench(['render', 'a1-nano', stereo, at('s.wav'), '--quiet']);
    expect(quiet.stderr).toBe('');
  });

  test('a sound at another rate is resampled to the model and back, and lies where it lay', async () => {
    const slow = writeWav(at('44.wav'), noise(4410), 44100);
    const { code, stderr } = await pedalbench(['render', 'a1-nano', slow, at('44-out.wav')]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/has 44\.1 kHz and .* 48 kHz.*: resampled to 48 kHz, as players do/);
    const { samples, sampleRateHz } = readWav(at('44-out.wav'));
    expect([sampleRateHz, samples.length]).toEqual([44100, 4410]);
  });

  test('with --no-resample the samples go through as they are, and the shift has its right sign', async () => {
    const samples = noise(500);
    const slow = writeWav(at('44.wav'), samples, 44100);
    const fast = writeWav(at('96.wav'), samples, 96000);
    const same = writeWav(at('48.wav'), samples);
    const through = async (path: string) => {
      const { stderr } = await pedalbench([
        ...['render', 'a1-nano', path, at('through.wav'), '--no-resample'],
      ]);
      return { stderr, samples: readWav(at('through.wav')).samples };
    };
    const [low, high, plain] = [await through(slow), await through(fast), await through(same)];
    expect(low.stderr).toContain('what the model does at 1000 Hz is heard at 919 Hz');
    expect(high.stderr).toContain('what the model does at 1000 Hz is heard at 2000 Hz');
    expect(plain.stderr).toBe('');
    expect(low.samples).toEqual(plain.samples);
    expect(high.samples).toEqual(plain.samples);
  });

  test('a narrower width is checked against the full one: difference, ratio and the trainer word', async () => {
    const words = ['render', 'a2', input, at('lite.wav'), '--width', 'lite', '--json'];
    const { stdout } = await pedalbench([...words, '--difference', at('rest.wav')]);
    await pedalbench(['render', 'a2', input, at('full.wav')]);
    const [lite, rest, full] = ['lite', 'rest', 'full'].map((n) => readWav(at(`${n}.wav`)).samples);
    expect(rest).toEqual(full!.map((sample, i) => sample - lite![i]!));
    const power = (x: Float32Array): number => x.reduce((sum, v) => sum + v * v, 0);
    const { errorToFull } = JSON.parse(stdout);
    expect(errorToFull.ratio).toBeCloseTo(power(rest!) / power(full!), 9);
    expect(errorToFull.decibels).toBeCloseTo(10 * Math.log10(errorToFull.ratio), 3);
    expect(errorToFull.word).toMatch(/^(Great!|Not bad!|\.\.\..*)$/);
  });

  test('--match makes a narrower width as loud as the full one, and the full as loud as the input', async () => {
    const rms = (path: string): number => {
      const { samples } = readWav(path);
      return Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
    };
    await pedalbench(['render', 'a2', input, at('full.wav')]);
    await pedalbench(['render', 'a2', input, at('lite.wav'), '--width', 'lite', '--match']);
    expect(rms(at('lite.wav')) / rms(at('full.wav'))).toBeCloseTo(1, 5);
    await pedalbench(['render', 'a2', input, at('full.wav'), '--match']);
    expect(rms(at('full.wav')) / rms(input)).toBeCloseTo(1, 5);
  });

  test('clipping is counted and said; float keeps what is beyond full scale', async () => {
    const loud = writeWav(
      at('loud.wav'),
      noise(2000).map((v) => v * 400),
    );
    const words = ['render', 'a1-nano', loud, at('clipped.wav'), '--match'];
    const { stderr } = await pedalbench([...words, '--format', '16']);
    expect(stderr).toMatch(
      /clipped\.wav: [\d,]+ samples beyond full scale, clipped\. --format 32f/,
    );
    const { stdout } = await pedalbench([...words, '--json']);
    expect(JSON.parse(stdout).output.clipped).toBe(0);
    expect(JSON.parse(stdout).output.peak).toBeGreaterThan(1);
  });

  test('a built-in signal is known by its name, and a file of that name goes before it', async () => {
    const { code, stdout, stderr } = await pedalbench([
      ...['render', 'a1-nano', 'guitar', at('g.wav')],
    ]);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
    expect(stdout).toContain('12.00 s at 48 kHz');
    const wrong = await pedalbench(['render', 'a1-nano', 'gitar', at('g.wav')]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('gitar: no such file. Name a WAV file, or a signal: guitar,');
  });

  test('--channel and --mix choose what is played', async () => {
    const stereo = writeStereo(at('stereo.wav'), noise(500));
    const silent = await pedalbench([
      ...['render', 'a1-nano', stereo, at('right.wav'), '--channel', '2', '--json'],
    ]);
    expect(silent.stderr).toBe('');
    expect(JSON.parse(silent.stdout).input.channel).toBe(2);
    const both = await pedalbench([
      ...['render', 'a1-nano', stereo, at('m.wav'), '--mix', '--channel', '1'],
    ]);
    expect(both.stderr).toContain('Expected --channel N or --mix, got both.');
    const third = await pedalbench(['render', 'a1-nano', stereo, at('m.wav'), '--channel', '3']);
    expect(third.stderr).toContain('expected a channel from 1 to 2, got 3');
  });

  test('a narrower width sounds different, and a ratio names the same width as its label', async () => {
    for (const width of ['lite', 'full', '0']) {
      await pedalbench(['render', 'a2', input, at(`${width}.wav`), '--width', width]);
    }
    const [lite, full, zero] = ['lite', 'full', '0'].map((w) =>
      readFileSync(at(`${w}.wav`), 'hex'),
    );
    expect(lite).not.toBe(full);
    expect(zero).toBe(lite);
  });

  test('--json is one document with what was done', async () => {
    const { stdout } = await pedalbench(['render', 'a1-nano', input, at('j.wav'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'pedalbench.render/1',
      tool: { name: 'pedalbench' },
      model: 'a1-nano',
      width: { label: 'full' },
      input: { frames: 3000, channels: 1, sampleRateHz: 48000 },
      output: { frames: 3000, sampleRateHz: 48000 },
      cost: null,
    });
  });

  test('with a device the cycles of the run are printed too', async () => {
    const { code, stdout } = await pedalbench([
      ...['render', 'a2', input, at('d.wav'), '--device', 'pi-4', '--engine', 'planar-neon'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Raspberry Pi 4B, planar-neon, blocks of 64: [\d,]+ cycles a sample, [\d,]+ for the run/,
    );
  });
});

describe('what render refuses', () => {
  test.each([
    [['a1-nano', input], 'Expected MODEL IN.wav OUT.wav, got 2 words.'],
    [
      ['a1-nan', input, at('x.wav')],
      'model a1-nan: no such model and no such file. Did you mean a1-nano',
    ],
    [['a1-nano', at('none.wav'), at('x.wav')], 'none.wav: no such file'],
    [['a1-nano', input, at('no/such/x.wav')], 'x.wav: no such file or folder'],
    [
      ['a1-nano', input, at('x.wav'), '--width', 'ch:77'],
      'expected a width that this model was trained for',
    ],
    [['a1-nano', input, at('x.wav'), '--executor', 'gpu'], '--executor: expected'],
    [['a1-nano', input, at('x.wav'), '--engine', 'nam-core'], '--engine needs --device ID.'],
    [['a1-nano', input, at('x.wav'), '--device', 'pi-44'], 'device `pi-44`: unknown.'],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await pedalbench(['render', ...words]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('audio without samples', async () => {
    const empty = writeWav(at('empty.wav'), new Float32Array(0));
    const { code, stderr } = await pedalbench(['render', 'a1-nano', empty, at('x.wav')]);
    expect(code).toBe(2);
    expect(stderr).toContain('expected audio, got a file without samples');
  });

  test('on an error in mid-stream what was there stays, and nothing is left over', async () => {
    const samples = noise(9000);
    samples[8500] = Number.NaN;
    const broken = writeWav(at('broken.wav'), samples);
    writeFileSync(at('precious.wav'), 'precious');
    const { code, stderr } = await pedalbench(['render', 'a1-nano', broken, at('precious.wav')]);
    expect(code).toBe(2);
    expect(stderr).toContain("chunk 'data'");
    expect(stderr).toContain('frame 8500 is not a finite float32 number');
    expect(readFileSync(at('precious.wav'), 'utf8')).toBe('precious');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('an interruption ends with 130 and leaves what was there', async () => {
    const long = writeWav(at('long.wav'), noise(20_000));
    writeFileSync(at('kept.wav'), 'kept');
    const interrupt = new AbortController();
    interrupt.abort(130);
    const { code, stderr } = await pedalbench(['render', 'a1-nano', long, at('kept.wav')], {
      signal: interrupt.signal,
    });
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(readFileSync(at('kept.wav'), 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

const fixtures = resolve(import.meta.dirname, '../fixtures/nam-core');
const floatsOf = (file: string): Float32Array => {
  const bytes = readFileSync(join(fixtures, file));
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};

describe('render gives the samples of NAM Core', () => {
  test.each([
    ['a2', 'full', 'a2@1.libm.f32'],
    ['a2', 'lite', 'a2@0.libm.f32'],
    ['a1-standard', 'full', 'a1-standard.libm.f32'],
    ['slim-8', 'ch:2', 'slim-8@0.1875.libm.f32'],
  ])('%s at width %s', async (model, width, vector) => {
    const played = writeWav(at('played.wav'), floatsOf('input.f32'));
    const out = at(`${vector}.wav`);
    const { code } = await pedalbench([
      ...['render', model, played, out],
      ...['--width', width, '--block', '500', '--quiet'],
    ]);
    expect(code).toBe(0);
    const expected = floatsOf(vector);
    const { samples } = readWav(out);
    expect(samples.length).toBe(expected.length);
    expect(worstDifference(samples, expected)).toBeLessThanOrEqual(1e-5);
  });
});
