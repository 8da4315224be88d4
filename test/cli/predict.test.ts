import { describe, expect, test } from 'vitest';
import { openWorkbench, predictSync, simulateSync } from '../../src/index.ts';
import { pedalbench } from './fake-io.ts';
import { noise, temporaryFolder, writeWav } from './wav-files.ts';

const one = 'predict a2 --device pi-4 --engine planar-neon';

describe('predict', () => {
  test('prints a row for every device, width and number of copies as JSON', async () => {
    const { code, stdout, stderr } = await pedalbench(`${one} --block 16,64 --json`);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.schema).toBe('pedalbench.predict/1');
    expect(document.tool.name).toBe('pedalbench');
    expect(document.rows.length).toBe(2 * 2 * 2);
    for (const row of document.rows) {
      expect(row).toMatchObject({
        model: 'a2',
        modelPath: 'models/a2.nam',
        device: 'pi-4',
        engine: 'planar-neon',
        requestedEngine: 'planar-neon',
        sampleRateHz: 48000,
        fidelity: { esrToFull: null },
      });
      const { best, expected, worst } = row.cyclesPerSample;
      expect(best).toBeLessThanOrEqual(expected);
      expect(expected).toBeLessThanOrEqual(worst);
      expect(row.headroom).toBeCloseTo(1 - row.load.expected, 12);
    }
  });

  test('the same question gives the same bytes', async () => {
    const first = await pedalbench(`${one} --json`);
    expect((await pedalbench(`${one} --json`)).stdout).toBe(first.stdout);
  });

  test('a width may be a label, a ratio or channels', async () => {
    const labels: string[] = [];
    for (const width of ['lite', '0.1', 'ch:3']) {
      const { stdout } = await pedalbench(`${one} --width ${width} --copies 1 --json`);
      labels.push(
        ...JSON.parse(stdout).rows.map((row: { width: { label: string } }) => row.width.label),
      );
    }
    expect(labels).toEqual(['lite', 'lite', 'lite']);
  });

  test('models and widths take commas', async () => {
    const line = 'predict a2,lstm-1x3 --device pi-4 --width 0.1,1 --copies 1 --json';
    const { stdout } = await pedalbench(line);
    expect(
      JSON.parse(stdout).rows.map(
        ({ model, width }: { model: string; width: { label: string } }) =>
          `${model} ${width.label}`,
      ),
    ).toEqual(['a2 lite', 'a2 full', 'lstm-1x3 full']);
  });

  test('what-if widths are refused unless asked for, and then say so', async () => {
    const line = 'predict a2 --device pi-4 --engine nam-core --width ch:5 --copies 1';
    const refused = await pedalbench(line);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--what-if');
    const { code, stdout } = await pedalbench(`${line} --what-if --json`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows[0].width).toMatchObject({ channels: [5], whatIf: true });
  });

  test('the human table names the pedal, both widths and the next command', async () => {
    const { stdout } = await pedalbench(one);
    expect(stdout).toContain('Raspberry Pi 4B');
    expect(stdout).toContain('lite (3 ch)');
    expect(stdout).toContain('full (8 ch)');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^ {2}pedalbench (explain|predict) a2 --device pi-4/,
    );
  });

  test('the next command keeps the options that were given, and asks for more copies than they did', async () => {
    const nextOf = async (options: string): Promise<string> =>
      (await pedalbench(`predict a2 ${options}`)).stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(await nextOf('--device mod-dwarf --engine neural-audio --block 64 --clock 1e9')).toBe(
      '  pedalbench explain a2 --device mod-dwarf --width full --engine neural-audio --block 64 --clock 1e9',
    );
    expect(await nextOf('--device pi-4 --width lite --copies 1,4 --block 32')).toBe(
      '  pedalbench predict a2 --device pi-4 --copies 4,5,6,7 --block 32 --width lite',
    );
  });

  test("a pedal's own rate stands in its row, and warns of nothing", async () => {
    const { stdout, stderr } = await pedalbench('predict a2 --device teensy-4.1,pi-4 --width lite');
    expect(stdout).toMatch(/^teensy-4\.1 .* 44\.1 .*%/m);
    expect(stdout.split('\n')[0]).toMatch(/^Surely runs, of 2 devices/);
    expect(stderr).toBe('');
  });

  test('says how far it is where it takes more than a second', async () => {
    const { stderr } = await pedalbench(one, { tick: 500 });
    expect(stderr).toMatch(/^predicting: \d+ %\n/);
  });

  test('a pedal whose chip nobody has published has a verdict and no numbers', async () => {
    const { stdout } = await pedalbench('predict a2 --device tonex-one --json');
    for (const row of JSON.parse(stdout).rows) {
      expect(row.confidence).toBe('evidence');
      expect(row.cyclesPerSample).toBeNull();
      expect(row.reasons.length).toBeGreaterThan(0);
    }
  });

  test('engines that do not take a shape are listed with the reason', async () => {
    const { stdout } = await pedalbench('predict a1-nano --device pi-4 --engine all --json');
    const skipped = JSON.parse(stdout).skipped;
    const entry = skipped.find((s: { engine: string }) => s.engine === 'planar-neon');
    expect(entry).toMatchObject({ model: 'a1-nano', device: 'pi-4', width: 'full' });
    expect(entry.reason).toContain('A2');
  });

  test.each([
    ['predict', 'Expected a model'],
    ['predict nosuch', 'model nosuch: no such model and no such file'],
    ['predict a2 --device pi-44', 'device `pi-44`: unknown. Did you mean `pi-4`'],
    ['predict a2 --device pi-4 --engine planar', 'Did you mean `planar-neon`'],
    ['predict a2 --device pi-4 --width 1.5', 'expected a ratio from 0 to 1'],
    ['predict a2 --device pi-4 --width huge', 'expected a width'],
    ['predict a2 --device pi-4 --block 0', '--block: expected a whole number'],
    ['predict a2 --device pi-4 --copies 1000', '--copies: expected a whole number from 1 to 64'],
    ['predict a2 --device pi-4 --rate 44.1', '--rate: expected a whole number'],
    ['predict a2 --device pi-4 --tanh quick', '--tanh: expected libm or fast'],
    ['predict a2 --device pi-4 --audio none.wav', 'none.wav: no such file'],
  ])('%s is refused with one message', async (line, message) => {
    const { code, stdout, stderr } = await pedalbench(line);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });
});

describe('predict --audio', () => {
  const folder = temporaryFolder();
  const audio = writeWav(`${folder}/di.wav`, noise(6000));

  test('fills the error-to-signal ratio: 0 at the full width, more the narrower it is', async () => {
    const words = ['predict', 'slim-8', '--device', 'tonex-one', '--copies', '1'];
    const { code, stdout } = await pedalbench([...words, '--audio', audio, '--json']);
    expect(code).toBe(0);
    const ratios: number[] = JSON.parse(stdout).rows.map(
      (row: { fidelity: { esrToFull: number } }) => row.fidelity.esrToFull,
    );
    expect(ratios.length).toBe(8);
    expect(ratios.at(-1)).toBe(0);
    ratios.reduce((wider, esr) => {
      expect(esr).toBeLessThan(wider);
      return esr;
    }, Number.POSITIVE_INFINITY);
  });

  test('is the ratio that the rendered files give', async () => {
    for (const width of ['lite', 'full']) {
      await pedalbench(['render', 'a2', audio, `${folder}/${width}.wav`, '--width', width]);
    }
    const { readWav } = await import('./wav-files.ts');
    const [z, y] = ['lite', 'full'].map((width) => readWav(`${folder}/${width}.wav`).samples);
    let error = 0;
    let signal = 0;
    y?.forEach((sample, i) => {
      error += (sample - (z?.[i] ?? 0)) ** 2;
      signal += sample ** 2;
    });
    const { stdout } = await pedalbench([...one.split(' '), '--audio', audio, '--json']);
    const lite = JSON.parse(stdout).rows.find(
      (row: { width: { label: string } }) => row.width.label === 'lite',
    );
    expect(lite.fidelity.esrToFull).toBeCloseTo(error / signal, 9);
  });

  test('costs tanh for the arguments that the audio brings, and says so', async () => {
    const silence = writeWav(`${folder}/silence.wav`, new Float32Array(6000));
    const loud = writeWav(
      `${folder}/loud.wav`,
      noise(6000).map((x) => 5 * x),
    );
    const rowOn = async (id: string, path: string | null) => {
      const line = `predict ${id} --device pi-4 --engine nam-core --tanh libm --width full --copies 1`;
      const { stdout } = await pedalbench([
        ...line.split(' '),
        ...(path === null ? [] : ['--audio', path]),
        '--json',
      ]);
      return JSON.parse(stdout).rows[0];
    };
    const rows = {
      assumed: await rowOn('a1-nano', null),
      silent: await rowOn('a1-nano', silence),
      loud: await rowOn('a1-nano', loud),
    };
    const cycles = (row: { cyclesPerSample: { expected: number } }) => row.cyclesPerSample.expected;
    expect(cycles(rows.silent)).not.toBe(cycles(rows.assumed));
    expect(cycles(rows.silent)).not.toBe(cycles(rows.loud));
    expect(rows.loud.reasons.join(' ')).toContain('loud.wav (all 6000 frames)');
    expect(rows.assumed.reasons.join(' ')).toContain('arguments of a playing A1 network');
    const relu = [await rowOn('a1-nano-relu', null), await rowOn('a1-nano-relu', silence)];
    expect(relu[1].cyclesPerSample).toEqual(relu[0].cyclesPerSample);
    expect(relu[1].reasons).toEqual(relu[0].reasons);
  });

  test('a long recording is sampled at places all over it', async () => {
    const long = new Float32Array(100_000);
    long.set(noise(50_000), 50_000);
    const path = writeWav(`${folder}/late.wav`, long);
    const line = 'predict a1-nano --device pi-4 --engine nam-core --tanh libm --width full';
    const { stdout } = await pedalbench([...line.split(' '), '--audio', path, '--json']);
    expect(JSON.parse(stdout).rows[0].reasons.join(' ')).toContain('24000 frames from 4 places');
  });

  test('audio at another rate is warned of', async () => {
    const slow = writeWav(`${folder}/44.wav`, noise(500), 44100);
    const { code, stderr } = await pedalbench([...one.split(' '), '--audio', slow]);
    expect(code).toBe(0);
    expect(stderr).toContain('has 44.1 kHz');
  });
});

describe('MODEL:WIDTH+MODEL:WIDTH', () => {
  const rowsOf = async (words: string) =>
    JSON.parse((await pedalbench(`predict ${words} --json`)).stdout).rows;

  test('twice the same model is two copies of it', async () => {
    const [[pair], [, twice]] = await Promise.all([
      rowsOf('a2:full+a2:full --device pi-4 --copies 1'),
      rowsOf('a2 --width full --device pi-4'),
    ]);
    expect(pair.cyclesPerSample).toEqual(twice.cyclesPerSample);
    for (const field of ['load', 'chance', 'memoryBytes', 'verdict', 'confidence']) {
      expect(pair[field]).toEqual(twice[field]);
    }
  });

  test('keeps its name where another model of the same shape was costed before', () => {
    const workbench = openWorkbench();
    const first = workbench.model('a2');
    const { rows } = predictSync(workbench, {
      models: [first, { ...first, id: 'copy', origin: 'copy.nam' }],
      beside: [{ model: 'lstm-1x3' }],
      ...{ device: 'pi-4', width: 'lite' },
    });
    expect(rows.map(({ model }) => model)).toEqual([
      'a2:lite+lstm-1x3:full',
      'copy:lite+lstm-1x3:full',
    ]);
  });

  test('takes --width for each model that names no width of its own', async () => {
    const [pair] = await rowsOf('a2+a2:full+a2 --width lite --device pi-4 --copies 1');
    expect(pair.width.label).toBe('lite+full+lite');
  });

  test('is what a run of both in one chain measures, and costs no less than each alone', async () => {
    const device = 'mod-dwarf';
    const words = `--device ${device} --copies 1`;
    const [pair] = await rowsOf(`a2:lite+lstm-1x3 ${words}`);
    expect(pair.model).toBe('a2:lite+lstm-1x3:full');
    expect(pair.width.label).toBe('lite+full');
    const [lite, lstm] = [await rowsOf(`a2:lite ${words}`), await rowsOf(`lstm-1x3 ${words}`)];
    const alone = lite[0].load.expected + lstm[0].load.expected;
    expect(pair.load.expected).toBeGreaterThanOrEqual(alone * 0.99);
    const slots = [{ model: 'a2', width: 'lite' }, { model: 'lstm-1x3' }];
    const [run] = simulateSync(openWorkbench(), {
      scenario: { device, slots, durationSeconds: 1 },
    });
    expect((run?.load.mean ?? 0) / pair.load.expected).toBeCloseTo(1, 1);
    expect(run?.verdict).toBe(pair.verdict);
  });

  test('takes no option that is about one model, and says which name is wrong', async () => {
    const parallel = await pedalbench('predict a2+lstm-1x3 --device pi-4 --parallel');
    expect([parallel.code, parallel.stderr]).toEqual([
      2,
      expect.stringContaining('several models on one core'),
    ]);
    // Between filters nothing is known of several models: it is not their cost without.
    const [between] = await rowsOf('a2:lite+lstm-1x3 --device pi-4 --copies 1 --oversample 2');
    expect([between.verdict, between.load]).toEqual(['unknown', null]);
    const unknown = await pedalbench('predict a2+lstm-1x4 --device pi-4');
    expect(unknown.stderr).toContain('model lstm-1x4: no such model');
  });
});
