import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/text/text-width.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { pedalbench } from './fake-io.ts';

const question = 'advise slim-8 --widths --device rk3566:2,class-m7-480:1';

interface Sets {
  readonly widths: readonly { readonly label: string }[];
  readonly demands: readonly {
    readonly name: string;
    readonly copies: number;
    readonly limit: number;
    readonly chances: readonly number[];
    readonly engines: readonly (string | null)[];
    readonly loads: readonly (number | null)[];
  }[];
  readonly sets: readonly { readonly chosen: number[]; readonly served: (number | null)[] }[];
}

const setsOf = async (line: string): Promise<Sets> => {
  const { code, stdout } = await pedalbench(`${line} --json`);
  expect(code).toBe(0);
  return JSON.parse(stdout).widthSets;
};

describe('advise --widths', () => {
  test('whom nothing fits stands in the first line', async () => {
    const page = join(mkdtempSync(join(tmpdir(), 'pedalbench-widths-')), 'page.html');
    const words = `advise slim-8 --widths --device mod-dwarf:2,class-m7-480:1 --html ${page}`;
    const { stdout } = await pedalbench(words, { columns: 160 });
    expect(stdout).toMatch(/^Offer ch:\d: nothing fits MOD Dwarf twice; each other pedal gets /);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain(stdout.split('\n', 1)[0]);
    expect(html).toMatch(/\d+% \(\d+-\d+\) fits/);
  });

  test('where no width fits it says so, and offers no set of none', async () => {
    const { stdout } = await pedalbench('advise slim-8 --widths --device rp2350:2');
    expect(stdout).toMatch(/^None of the widths of slim-8 fits/);
    expect(stdout).not.toContain('How many widths are enough');
  });

  test('two files of one id are two pedals, each with its own number of copies', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'pedalbench-widths-'));
    const profile = readFileSync(join(packageRoot, 'devices/class-a53-1500.json'), 'utf8');
    for (const name of ['a', 'b']) writeFileSync(join(cwd, `${name}.json`), profile);
    const { stdout } = await pedalbench('advise a2 --widths --device a.json:2,b.json:1 --json', {
      cwd,
    });
    const { demands } = JSON.parse(stdout).widthSets as Sets;
    expect(demands.map(({ name }) => name)).toEqual(['a.json 2x', 'b.json 1x']);
  });

  test('ID:N asks for N copies there and for nothing else', async () => {
    const { demands, sets, widths } = await setsOf(question);
    expect(demands.map(({ name }) => name)).toEqual(['rk3566 2x', 'class-m7-480 1x']);
    const best = sets.at(-1);
    expect(best?.chosen.length).toBeLessThanOrEqual(2);
    demands.forEach(({ limit, loads, chances }, d) => {
      const got = best?.served[d] ?? null;
      // The widest that keeps the margin nine times of ten, and every wider one does not.
      expect(loads[got ?? -1]).toBeLessThanOrEqual(limit);
      expect(chances[got ?? -1]).toBeGreaterThanOrEqual(0.9);
      for (const chance of chances.slice((got ?? 0) + 1)) expect(chance).toBeLessThan(0.9);
    });
    expect(widths).toHaveLength(8);
  });

  test('what it says a pedal gets is what predict says fits there', async () => {
    const { demands, sets, widths } = await setsOf(question);
    const got = widths[sets.at(-1)?.served[0] ?? -1]?.label ?? '';
    const { stdout } = await pedalbench(
      `predict slim-8 --device rk3566 --copies 2 --width ${got} --json`,
    );
    const [row] = JSON.parse(stdout).rows;
    expect(row.verdict).toBe('fits');
    expect(row.load.expected).toBe(demands[0]?.loads[sets.at(-1)?.served[0] ?? -1]);
  });

  test('each width names the engine that runs it', async () => {
    const { demands, widths } = await setsOf('advise a2 --widths --what-if --device mod-dwarf:2');
    const words = 'predict a2 --width all --what-if --device mod-dwarf --copies 2 --json';
    const { stdout } = await pedalbench(words);
    expect(new Set(demands[0]?.engines).size).toBeGreaterThan(1);
    for (const row of JSON.parse(stdout).rows) {
      const i = widths.findIndex(({ label }) => label === row.width.label);
      expect(demands[0]?.engines[i]).toBe(row.engine);
      expect(demands[0]?.loads[i]).toBe(row.load.expected);
      expect(demands[0]?.chances[i]).toBe(row.chance);
    }
  });

  test('a bolder guest is offered more, and a wrong chance is refused', async () => {
    const [bold] = (await setsOf(`${question} --confidence 0.5`)).sets.slice(-1);
    const [usual] = (await setsOf(question)).sets.slice(-1);
    expect(bold?.served[0] ?? 0).toBeGreaterThan(usual?.served[0] ?? 0);
    for (const wrong of ['0.4', '1', 'x']) {
      const { code, stderr } = await pedalbench(`${question} --confidence ${wrong}`);
      expect(code).toBe(2);
      expect(stderr).toContain('--confidence');
    }
  });

  test('without a number a pedal is asked for once and twice, with --copies so often', async () => {
    const line = 'advise a2 --widths --device class-m7-480';
    const names = async (more: string): Promise<string[]> =>
      (await setsOf(`${line}${more}`)).demands.map(({ name }) => name);
    expect(await names('')).toEqual(['class-m7-480 1x', 'class-m7-480 2x']);
    expect(await names(' --copies 3')).toEqual(['class-m7-480 3x']);
    expect(await names(':2,class-m7-480:1')).toEqual(['class-m7-480 2x', 'class-m7-480 1x']);
  });

  test('the answer stands first, in terminals of 60 to 160 columns', async () => {
    for (const columns of [60, 80, 160]) {
      const { stdout } = await pedalbench(question, { columns });
      expect(stdout).toMatch(/^Offer ch:\d, ch:\d: each pedal gets the widest that fits\.\n/);
      expect(stdout).toMatch(/Rockchip RK3566.* +twice +ch:2 +\d+% \(\d+-\d+\) fits/);
      for (const row of stdout.split('\n')) expect(widthOf(row)).toBeLessThanOrEqual(columns);
    }
  });

  test('where nothing fits it says so, and what the cheapest would take', async () => {
    const { stdout } = await pedalbench('advise slim-a1 --widths --device class-m7-480:1');
    expect(stdout).toMatch(/^None of the widths of slim-a1 fits/);
    expect(stdout).toMatch(/nothing fits .*ch:\S+ takes \d+%/);
  });

  test.each([
    ['advise slim-8 --widths --device mod-dwarf:0', 'a number of copies from 1 to 16'],
    ['advise slim-8 --widths --device mod-dwarf:', 'a number of copies from 1 to 16'],
    ['advise slim-8 --widths --device mod-dwraf:2', 'mod-dwarf'],
    ['advise slim-8 --device mod-dwarf:2', '--copies 2'],
    ['predict slim-8 --device mod-dwarf:2', '--copies 2'],
    ['advise a1-nano --widths --device pi-4', 'expected a model with several widths'],
  ])('%s is refused with what to write', async (line, message) => {
    const { code, stderr } = await pedalbench(line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
