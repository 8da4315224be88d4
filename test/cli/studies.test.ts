import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/text/text-width.ts';
import { pedalbench } from './fake-io.ts';
import { temporaryFolder } from './wav-files.ts';

const folder = temporaryFolder();

describe('explain', () => {
  const line = 'explain a2 --device pi-4 --engine planar-neon';

  test('the interval in the text lies inside its corners', async () => {
    const { stdout } = await pedalbench('explain a2 --device mod-dwarf');
    const said = /predictions hold ([\d,]+) to ([\d,]+); ([\d,]+) at best, ([\d,]+) at worst/;
    const numbers = said.exec(stdout.replace(/\s+/g, ' '))?.slice(1) ?? [];
    const [low = 0, high = 0, best = 0, worst = 0] = numbers.map((n) => Number(n.replace(',', '')));
    expect(best).toBeGreaterThan(0);
    expect(best).toBeLessThanOrEqual(low);
    expect(low).toBeLessThan(high);
    expect(high).toBeLessThanOrEqual(worst);
  });

  test('every level adds up to the total, and the total is what predict says', async () => {
    const { code, stdout } = await pedalbench(`${line} --json`);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    const total = document.total.cyclesPerSample;
    for (const level of ['layers', 'kinds', 'kernels']) {
      let sum = 0;
      for (const { name, cyclesPerSample } of document[level]) {
        expect(typeof name).toBe('string');
        sum += cyclesPerSample;
      }
      expect(sum).toBeCloseTo(total, 6);
    }
    const predicted = await pedalbench(
      'predict a2 --device pi-4 --engine planar-neon --width full --copies 1 --json',
    );
    expect(JSON.parse(predicted.stdout).rows[0].cyclesPerSample.expected).toBeCloseTo(total, 6);
  });

  test('--diff compares two blocks, two clocks and two models, by path too, and says which is which', async () => {
    const of = async (pair: string): Promise<string> =>
      (await pedalbench(`explain a2 --device pi-4 --width lite --diff ${pair}`)).stdout;
    expect(await of('64,128')).toMatch(/^A: .*blocks of 64\nB: .*blocks of 128\n/);
    expect(await of('1.2e9,1500000000')).toMatch(/^A: .* at 1\.2 GHz,.*\nB: .* at 1\.5 GHz,/);
    const files = await pedalbench('explain --device pi-4 --diff models/a1-nano.nam,a1-nano');
    expect(files.stdout).toMatch(/^A: a1-nano .*\nB: a1-nano /);
  });

  test('fits terminals of 60 to 250 columns', async () => {
    for (const columns of [60, 80, 120, 250]) {
      const { stdout } = await pedalbench(line, { columns });
      const [body = ''] = stdout.split('\nNext:');
      for (const row of body.split('\n')) {
        expect(widthOf(row), `${columns}: ${row}`).toBeLessThanOrEqual(columns);
      }
    }
  });

  test.each([
    ['explain a2', 'Expected --device ID'],
    ['explain --device pi-4', 'Expected a model'],
    ['explain a2 a1-nano --device pi-4', 'Expected one model, got 2'],
    ['explain a2 --device tonex-one', 'its chip is not published'],
    ['explain a2 --device pi-4 --engine all', 'expected one engine'],
    ['explain a2 --device pi-4 --diff 64,lite', 'blocks or clocks in hertz, got "64" and "lite"'],
    ['explain a1-nano --device pi-4 --engine nonsense', 'engine `nonsense`: unknown'],
  ])('%s is refused', async (words, message) => {
    const { code, stdout, stderr } = await pedalbench(words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});

describe('validate', () => {
  test('works out traced and timed builds only where they are asked for', async () => {
    const [plain, withBuilds] = await Promise.all(
      ['validate --json', 'validate --builds --json'].map(async (line) =>
        JSON.parse((await pedalbench(line)).stdout),
      ),
    );
    expect(plain.builds).toEqual([]);
    expect(withBuilds.builds.length).toBeGreaterThan(5);
    expect({ ...withBuilds, builds: [] }).toEqual(plain);
  });

  const own = join(folder, 'cases.json');
  const cases = async (factor: number): Promise<void> => {
    const { stdout } = await pedalbench(
      'predict a2 --device pi-4 --engine planar-neon --copies 1 --json',
    );
    const rows = JSON.parse(stdout).rows;
    writeFileSync(
      own,
      JSON.stringify({
        cases: rows.map(
          (row: { width: { label: string }; cyclesPerSample: { expected: number } }) => ({
            id: `mine-${row.width.label}`,
            device: 'pi-4',
            engine: 'planar-neon',
            model: 'a2',
            width: row.width.label,
            blockFrames: 64,
            sampleRateHz: 48000,
            cyclesPerSample: row.cyclesPerSample.expected * factor,
            source: 'a test',
          }),
        ),
      }),
    );
  };

  test('ends with 0 where the predictions hold, and prints the summary of the contract', async () => {
    await cases(1.02);
    const { code, stdout } = await pedalbench(['validate', '--cases', own, '--json']);
    expect(code).toBe(0);
    const { cases: judged, summary } = JSON.parse(stdout);
    expect(judged.length).toBe(2);
    expect(judged[0]).toMatchObject({ id: 'mine-lite', bound: 'value' });
    expect(judged[0].errorPercent).toBeCloseTo(100 / 1.02 - 100, 6);
    expect(summary.n).toBe(2);
    expect(summary.within10Percent).toBe(1);
    expect(summary.naiveMedianAbsErrorPercent).toBeGreaterThan(summary.medianAbsErrorPercent);
  });

  test('ends with 1 where they do not', async () => {
    await cases(2);
    const { code, stdout } = await pedalbench(['validate', '--cases', own]);
    expect(code).toBe(1);
    expect(stdout).toContain('-50.0%');
    expect(stdout).toContain('Next: mine-');
  });

  test('ends with 3 where a case cannot be judged', async () => {
    await cases(1);
    const document = JSON.parse(readFileSync(own, 'utf8'));
    document.cases[1].model = 'no-such-model';
    writeFileSync(own, JSON.stringify(document));
    const { code, stdout } = await pedalbench(['validate', '--cases', own]);
    expect(code).toBe(3);
    expect(stdout).toContain('is not judged');
  });

  test('a file that is no set of cases is refused with its name', async () => {
    writeFileSync(own, '{"cases": [{"id": 7}]}');
    const { code, stderr } = await pedalbench(['validate', '--cases', own]);
    expect(code).toBe(2);
    expect(stderr).toContain('cases.json');
    expect((await pedalbench('validate everything')).code).toBe(2);
  });
});

describe('calibrate', () => {
  const measured = join(folder, 'benchmodel.txt');
  writeFileSync(
    measured,
    [
      'Fast tanh: disabled',
      'Loading model /elsewhere/a2.nam',
      'Running benchmark',
      'Finished',
      '240ms',
      '240.5ms',
      'Loading model /elsewhere/a2.nam',
      'Setting slimmable size to 0',
      'Running benchmark',
      'Finished',
      '40ms',
      '40.25ms',
      '',
    ].join('\n'),
  );
  const line = ['calibrate', 'pi-4', measured, '--engine', 'planar-neon', '--fit', 'clock'];

  test("takes benchmodel's output, writes a profile that names it, and the profile loads", async () => {
    const out = join(folder, 'fitted.json');
    const { code, stdout } = await pedalbench([...line, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 measurements');
    expect(stdout).toContain('clockHz');
    const profile = JSON.parse(readFileSync(out, 'utf8'));
    expect(JSON.stringify(profile)).toContain('"fitted"');
    expect(JSON.stringify(profile)).toContain('benchmodel.txt');
    const again = await pedalbench(['devices', 'show', out, '--json']);
    expect(again.code).toBe(0);
    // What is suggested next is about this profile, not about the one of the package.
    const { stdout: matrix } = await pedalbench(['predict', 'a2', '--device', out]);
    expect(matrix).toContain(`--device ${out}`);
  });

  test('the error after is not larger than before, and --json has both', async () => {
    const out = join(folder, 'fitted-2.json');
    const { stdout } = await pedalbench([...line, '--out', out, '--json']);
    const { before, after, profilePath } = JSON.parse(stdout);
    expect(profilePath).toBe(out);
    expect(after.medianAbsErrorPercent).toBeLessThanOrEqual(before.medianAbsErrorPercent);
  });

  test('without --out the profile is written beside the user, not into the package', async () => {
    const { code } = await pedalbench(line, { cwd: folder });
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'pi-4-calibrated.json'))).toBe(true);
  });

  test.each([
    [['calibrate', 'pi-4'], 'Expected DEVICE MEASUREMENTS'],
    [['calibrate', 'pi-4', 'none.txt'], 'none.txt: no such file'],
    [['calibrate', 'tonex-one', measured, '--engine', 'planar-neon'], 'its chip is not published'],
    [['calibrate', 'no-pedal', measured], 'device `no-pedal`: unknown'],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await pedalbench(words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('scenarios', () => {
  test('lists what is there, here too', async () => {
    expect((await pedalbench('scenarios')).code).toBe(0);
    const { code, stderr } = await pedalbench('scenarios show nosuch');
    expect(code).toBe(2);
    expect(stderr).toContain('scenario nosuch: no such scenario and no such file');
  });
});
