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
    expect(stdout).toMatch(
      /out\.wav: a1-nano full, 0\.06 s at 48000 Hz, 32-bit float, peak 0\.\d+/,
    );
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
    expect(stderr).toBe(`${stereo}: 2 channels; the first is used.\n`);
    const quiet = await pedalbench(['render', 'a1-nano', stereo, at('s.wav'), '--quiet']);
    expect(quiet.stderr).toBe('');
  });

  test('another sample rate than the model was trained at is warned of, with what happens', async () => {
    const slow = writeWav(at('44.wav'), noise(500), 44100);
    const { code, stderr } = await pedalbench(['render', 'a1-nano', slow, at('44-out.wav')]);
    expect(code).toBe(0);
    expect(stderr).toContain('has 44100 Hz');
    expect(stderr).toContain('The samples go through as they are');
    expect(readWav(at('44-out.wav')).sampleRateHz).toBe(44100);
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
    [['a1-nano', input, at('no/such/x.wav')], 'x.wav: cannot be written'],
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
    interrupt.abort();
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
