/** The page in a real browser, as `pedalbench web` serves it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { filesBelow, type Serving, serveFiles } from '../../src/cli/page-files.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { Random } from '../../src/units/random.ts';
import { chromiumName } from '../report/html/browser.ts';

if (chromiumName === null) {
  console.warn('chromium is missing: the tests of the page are skipped');
}

const root = resolve(import.meta.dirname, '../..');
const modelFile = (id: string): string => join(root, 'models', `${id}.nam`);
const command = (...words: string[]) => {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...words],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { stdout, status, stderr };
};

/** Keys in order, so that equal documents are equal texts. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
};
const texts = (rows: readonly unknown[]): string[] =>
  rows.map((row) => JSON.stringify(sorted(row))).sort();

const slow = 180_000;

/** Milliseconds of processor that the longest task of the page's main thread took: a busy machine does not lengthen it. */
const longestTask = (trace: Buffer): number => {
  const { traceEvents } = JSON.parse(trace.toString()) as {
    traceEvents: {
      name: string;
      pid: number;
      tid: number;
      tdur?: number;
      args?: { name?: string };
    }[];
  };
  const mains = traceEvents.flatMap(({ name, args, pid, tid }) =>
    name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
  );
  const tasks = traceEvents.filter(
    ({ pid, tid, tdur }) => tdur !== undefined && mains.includes(`${pid} ${tid}`),
  );
  expect(tasks.length).toBeGreaterThan(10);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
};

describe.skipIf(chromiumName === null)('the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-web-'));
  const site = join(folder, 'site');
  let serving: Serving;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let troubles: string[] = [];

  beforeAll(async () => {
    const vite = join(
      createRequire(import.meta.url).resolve('vite/package.json'),
      '../bin/vite.js',
    );
    const built = spawnSync(
      process.execPath,
      [
        vite,
        'build',
        '--config',
        join(root, 'src/web/vite.config.ts'),
        '--outDir',
        site,
        '--logLevel',
        'error',
      ],
      { cwd: root, encoding: 'utf8' },
    );
    expect(built.stderr).toBe('');
    serving = await serveFiles(site, filesBelow(site), 0);
    const where = spawnSync('which', [chromiumName ?? ''], { encoding: 'utf8' }).stdout.trim();
    browser = await chromium.launch({
      executablePath: where,
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    });
  }, slow);

  afterAll(async () => {
    await browser?.close();
    await serving?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ acceptDownloads: true });
    page = await context.newPage();
    troubles = [];
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (!request.url().startsWith(serving.url) && !/^(data|blob):/.test(request.url())) {
        troubles.push(`asked ${origin}`);
      }
    });
    return async () => {
      await context.close();
      expect(troubles).toEqual([]);
    };
  });

  const opened = async (address: string): Promise<void> => {
    await page.goto(`${serving.url}#${address}`);
    await worked();
  };
  const worked = async (): Promise<void> => {
    await page.waitForSelector('#answer[aria-busy="false"]:has(.answer:not(:text("Working")))', {
      timeout: slow,
    });
  };
  const downloaded = async (button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };

  test(
    'its rows are those of the command, to the last digit',
    async () => {
      await opened('model=a2&kinds=product.board.computer.class');
      const { rows } = JSON.parse(await downloaded('Table as JSON')) as { rows: unknown[] };
      const said = command('predict', 'a2', '--json', '--quiet');
      const expected = (JSON.parse(said.stdout) as { rows: { device: string }[] }).rows.filter(
        ({ device }) => device !== 'host',
      );
      expect(rows.length).toBe(expected.length);
      expect(texts(rows)).toEqual(texts(expected));
    },
    slow,
  );

  test(
    'a dropped file is worked out, and says the same as under its path',
    async () => {
      await opened('model=lstm-1x3');
      await page.setInputFiles('.primary-file input', modelFile('a1-nano'));
      await page.waitForSelector('.model-name:has-text("nano")');
      await worked();
      expect(await page.textContent('.answer')).toMatch(/^Surely runs, of /);
      expect(await page.getByRole('button', { name: 'Copy the address' }).isDisabled()).toBe(true);
    },
    slow,
  );

  test(
    'a faulty file is refused with the sentence of the command, and nothing else changes',
    async () => {
      await opened('model=lstm-1x3');
      const before = await page.textContent('.answer');
      const bad: readonly (readonly [string, string])[] = [
        ['empty.nam', ''],
        ['list.nam', '[]'],
        ['deep.nam', '['.repeat(20_000)],
        ['half.nam', readFileSync(modelFile('a1-nano'), 'utf8').slice(0, 4000)],
        [
          'version.nam',
          readFileSync(modelFile('lstm-1x3'), 'utf8').replace(
            /"version": *"[^"]*"/,
            '"version":"9"',
          ),
        ],
      ];
      for (const [name, text] of bad) {
        const path = join(folder, name);
        writeFileSync(path, text);
        await page.setInputFiles('.primary-file input', path);
        await page.waitForSelector(`.fault:has-text("${name}")`);
        const { stderr, status } = command('predict', path, '--quiet');
        expect(status).toBe(2);
        const sentence = (await page.textContent('.fault')) ?? '';
        // What the engine of JSON says behind this differs between browsers and Node.
        expect(stderr.replaceAll(path, name)).toContain(sentence.split(/ in JSON|\n/)[0]);
        expect(await page.textContent('.answer')).toBe(before);
      }
    },
    slow,
  );

  test(
    'a rig that is saved gives the command the same digest',
    async () => {
      await opened('model=lstm-1x3&device=mod-dwarf');
      await page.getByRole('button', { name: 'Build a rig' }).click();
      await page.waitForSelector('#digest', { timeout: slow });
      const digest = await page.textContent('#digest');
      const file = join(folder, 'rig.json');
      writeFileSync(file, await downloaded('Save as a scenario'));
      const { stdout } = command('run', file, '--json', '--quiet');
      const { runs } = JSON.parse(stdout) as { runs: { digest: string }[] };
      expect(runs[0]?.digest).toBe(digest);
    },
    slow,
  );

  test(
    'all of it can be done by keyboard: choose a pedal, hear a width, build a rig, share',
    async () => {
      await opened('model=lstm-1x3&kinds=product');
      const focus = async (name: RegExp): Promise<void> => {
        for (let i = 0; i < 200; i += 1) {
          await page.keyboard.press('Tab');
          const label = await page.evaluate(() => {
            const at = document.activeElement;
            return `${at?.textContent ?? ''} ${at?.getAttribute('aria-label') ?? ''}`.trim();
          });
          if (name.test(label)) return;
        }
        throw new Error(`no way to ${name} by Tab`);
      };
      await focus(/MOD Dwarf/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#pedal h2:has-text("MOD Dwarf")');
      await page.locator('#tab-headroom').focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForSelector('.icicle', { timeout: slow });
      await focus(/^Play$/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#hear button:has-text("Stop")', { timeout: slow });
      await page.keyboard.press('Enter');
      await page.waitForSelector('#hear button:has-text("Play")');
      await focus(/Build a rig/);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#digest', { timeout: slow });
      await focus(/Table as CSV/);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.keyboard.press('Enter'),
      ]);
      expect(readFileSync(await download.path(), 'utf8')).toContain('mod-dwarf');
    },
    slow,
  );

  test('the first view is under 300 kB compressed', () => {
    const first = filesBelow(site).filter((name) =>
      /^(?:index\.html|assets\/(?:index|worker)-)/.test(name),
    );
    expect(first.length).toBeGreaterThan(3);
    const bytes = first.map(
      // As static hosts send it to every browser of today.
      (name) => brotliCompressSync(readFileSync(join(site, name))).length,
    );
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  });

  test(
    '200 mutants of a file get the sentence of the command, or are worked out',
    async () => {
      await opened('model=lstm-1x3&kinds=computer');
      const random = new Random(7);
      const whole = readFileSync(modelFile('lstm-1x3'), 'utf8');
      const number = (below: number): number => Math.floor(random.unit() * below);
      const mutant = (): string => {
        const at = number(Math.min(whole.length, 700));
        const kinds = [
          () => whole.slice(0, at) + whole.slice(at + 1 + number(9)),
          () => whole.slice(0, at) + String.fromCharCode(33 + number(90)) + whole.slice(at + 1),
          () =>
            whole.replace(
              /-?\d+\.\d+/,
              ['null', '"x"', '1e999', '{}', '[]', '-0'][number(6)] ?? '',
            ),
          () => whole.replace(/"(\w+)":/g, (key) => (number(20) === 0 ? '"odd":' : key)),
          () => whole.slice(0, number(whole.length)),
        ];
        return kinds[number(kinds.length)]?.() ?? '';
      };
      const faultOf = (text: string, name: string): string | null => {
        try {
          parseModel(text, name);
          return null;
        } catch (error) {
          // What the engine of JSON says behind this differs between versions.
          return (error as Error).message.split(/(?<=which is JSON, got )|\n/)[0] ?? '';
        }
      };
      let refused = 0;
      // As many at once as the page takes.
      for (let group = 0; group < 25; group += 1) {
        const files = Array.from({ length: 8 }, (_, i) => ({
          name: `mutant-${group}-${i}.nam`,
          mimeType: 'application/json',
          buffer: Buffer.from(mutant()),
        }));
        const expected = files.flatMap(
          ({ name, buffer }) => faultOf(buffer.toString(), name) ?? [],
        );
        await page.setInputFiles('.primary-file input', files);
        if (expected.length === 0) continue;
        await page.waitForSelector(`.fault:has-text("mutant-${group}-")`);
        const said = (await page.textContent('.fault')) ?? '';
        expect(expected.filter((sentence) => !said.includes(sentence))).toEqual([]);
        refused += expected.length;
      }
      expect(refused).toBeGreaterThan(100);
      expect(await page.textContent('h1')).toBe('Pedalbench');
    },
    slow,
  );

  test(
    'the table is searched, filtered, sorted, and asked for other engines and copies',
    async () => {
      await opened('model=lstm-1x3&kinds=product');
      const names = (): Promise<string[]> =>
        page.locator('.matrix tbody th .plain').allTextContents();
      const byLoad = await names();
      await page.getByLabel('Sort by').selectOption('name');
      expect(await names()).toEqual([...byLoad].sort());
      await page.getByLabel('Search').fill('mod d');
      expect(await names()).toEqual(['MOD Duo (original)', 'MOD Duo X', 'MOD Dwarf']);
      await page.getByLabel('Copies').selectOption('3');
      await worked();
      const three = await page.locator('.matrix tr:has-text("MOD Dwarf") .cell').textContent();
      await page.getByLabel('Engine').selectOption('nam-core');
      await worked();
      const other = await page.locator('.matrix tr:has-text("MOD Dwarf") .cell').textContent();
      expect(three).toMatch(/\d %|\d+%/);
      expect(other).not.toBe(three);
      expect(page.url()).toContain('engine=nam-core&copies=3');
      // The address opens the same.
      await page.reload();
      await worked();
      expect(await page.locator('.matrix tr:has-text("MOD Dwarf") .cell').textContent()).toBe(
        other,
      );
    },
    slow,
  );

  test(
    'while a table is worked out the page answers and sound goes on; the difference alone and a blind test are at hand',
    async () => {
      await opened('model=lstm-1x3&kinds=product&device=mod-dwarf');
      const hear = page.locator('#hear');
      await hear.getByRole('button', { name: 'Play' }).click();
      await hear.getByRole('button', { name: 'Stop' }).waitFor({ timeout: slow });
      const at = (): Promise<number> =>
        page.locator('.waveform line').evaluate((line) => Number(line.getAttribute('x1')) / 40);
      await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
      const [from, began] = [await at(), performance.now()];
      await page.getByLabel('Cores by class').check();
      await page.waitForTimeout(2000);
      const [to, seconds] = [await at(), (performance.now() - began) / 1000];
      // Sound of 8 s in a loop: as much of it went by as time did.
      expect(Math.abs(((to - from + 8) % 8) - (seconds % 8))).toBeLessThan(0.6);
      await worked();
      expect(longestTask(await browser.stopTracing())).toBeLessThan(100);
      const heard = (): Promise<string | null> => page.locator('.waveform path').getAttribute('d');
      const whole = await heard();
      await hear.getByLabel('dry guitar').check();
      expect(await heard()).not.toBe(whole);
      await hear.getByRole('button', { name: 'Stop' }).click();
    },
    slow,
  );

  test(
    'a blind test counts what was right, and a badge says what runs',
    async () => {
      await opened('model=slim-a1&kinds=product&device=mod-dwarf');
      const hear = page.locator('#hear');
      await hear.getByRole('button', { name: 'Play' }).click();
      await hear.getByRole('button', { name: /Blind test/ }).click({ timeout: slow });
      await hear.getByRole('radio', { name: 'X' }).waitFor();
      const guesses = hear.locator('.controls:has-text("X is") button');
      await guesses.first().click();
      await guesses.first().click();
      expect(await hear.locator('output').last().textContent()).toMatch(/^[012] of 2 right$/);
      await hear.getByRole('button', { name: 'End the test' }).click();
      await hear.getByLabel('only the difference to the widest').check();
      await hear.getByRole('button', { name: 'Stop' }).click();
      expect(await downloaded('Badge')).toMatch(/^<svg [\s\S]*runs (?:twice )?on MOD Dwarf/);
      expect(await downloaded('Table as CSV')).toMatch(/^model,device,engine,width/);
    },
    slow,
  );

  test.each([
    [360, 'light'],
    [360, 'dark'],
    [1400, 'light'],
    [1400, 'dark'],
  ] as const)(
    'axe finds nothing at %i pixels, %s, and nothing is wider than the page',
    async (width, colorScheme) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await opened('model=lstm-1x3&device=mod-dwarf');
      await page.waitForSelector('.bars-table', { timeout: slow });
      await page.getByRole('button', { name: 'Build a rig' }).click();
      await page.waitForSelector('#digest', { timeout: slow });
      const axe = readFileSync(
        createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
        'utf8',
      );
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const { axe: run } = globalThis as unknown as {
          axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await run.run()).violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`,
        );
      });
      expect(violations).toEqual([]);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways).toBe(0);
    },
    slow,
  );
});
