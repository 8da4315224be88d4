/** Every page in a real browser, narrow and wide, light and dark, as a reader has it before them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/report/html/page.ts';
import { predictPage } from '../../../src/report/html/predict-page.ts';
import { row } from '../prediction.ts';
import { Browser, chromiumName, evaluated, type Look, lookAt, type OpenPage } from './browser.ts';
import { writeEveryPage } from './every-page.ts';
import { pageFacts, type Seen } from './page-facts.ts';

if (chromiumName === null) {
  console.warn('chromium is missing: the tests of pages in a browser are skipped');
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeFindings = `${axe};axe.run().then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 160)))`;

const names = [
  'predict',
  'explain',
  'explain --diff',
  'advise',
  'advise --widths',
  'run',
  'check',
  'validate',
  'report history',
];

const looks: readonly Look[] = [400, 768, 1400].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

describe.skipIf(chromiumName === null)('pages in headless Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-pages-'));
  const pages = new Map<string, OpenPage>();
  let browser: Browser | null = null;

  beforeAll(async () => {
    const opened = new Browser(chromiumName ?? '');
    browser = opened;
    for (const [name, file] of await writeEveryPage(folder)) {
      pages.set(name, await opened.open(pathToFileURL(file).href));
    }
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const pageOf = (name: string): OpenPage => {
    const page = pages.get(name);
    if (page === undefined)
      throw new Error(`${name}: no such page, there are ${[...pages.keys()]}`);
    return page;
  };
  const seen = async (name: string, look: Look): Promise<Seen> => {
    await lookAt(pageOf(name), look);
    return evaluated<Seen>(pageOf(name), pageFacts);
  };

  describe.each(names)('%s', (name) => {
    test.each(looks)('$width pixels, $scheme: fits, and every text can be read', async (look) => {
      const facts = await seen(name, look);
      expect(facts.innerWidth).toBe(look.width);
      expect(facts.charts).toBeGreaterThan(0);
      expect(facts.texts).toBeGreaterThan(20);
      expect(facts.scrollWidth).toBeLessThanOrEqual(look.width);
      expect(facts.untold).toEqual([]);
      expect(facts.clipped).toEqual([]);
      expect(facts.cut).toEqual([]);
      expect(facts.overlapping).toEqual([]);
      expect(facts.faint).toEqual([]);
      expect(facts.small).toEqual([]);
    });

    test('no half of 1400 pixels is empty: what stands on the page reaches over three quarters', async () => {
      await lookAt(pageOf(name), { width: 1400, scheme: 'light' });
      const edges = `Array.from(document.querySelectorAll('figure, .scroll > table'))
        .map((node) => node.getBoundingClientRect().right)`;
      const right = Math.max(...(await evaluated<number[]>(pageOf(name), edges)));
      expect(right).toBeGreaterThan(1050);
    });

    test('dark is dark, light is light, and paper is white in both', async () => {
      const light = await seen(name, { width: 1400, scheme: 'light' });
      const dark = await seen(name, { width: 1400, scheme: 'dark' });
      expect(light.paperLuminance).toBeGreaterThan(0.9);
      expect(dark.paperLuminance).toBeLessThan(0.05);
      expect(dark.colours).not.toEqual(light.colours);
      const print = await seen(name, { width: 700, scheme: 'dark', media: 'print' });
      expect(print.paperLuminance).toBe(1);
      expect(print.faint).toEqual([]);
      expect(print.scrollWidth).toBeLessThanOrEqual(700);
      // What is folded away on a screen stands on paper.
      expect(print.hiddenRows).toBe(0);
      expect(light.hiddenRows).toBeGreaterThan(0);
    });

    test.each([
      { width: 400, scheme: 'dark' },
      { width: 1400, scheme: 'light' },
    ] as const)('$width pixels, $scheme: axe finds nothing', async (look) => {
      await lookAt(pageOf(name), look);
      expect(await evaluated(pageOf(name), axeFindings)).toEqual([]);
    });

    test('the browser says nothing, and asks nobody for anything', () => {
      expect(pageOf(name).trouble()).toEqual({ said: [], requests: [] });
    });
  });

  test('a title sorts the heat map, pointing at a cell says why, and cases have names', async () => {
    const page = pageOf('predict');
    await lookAt(page, { width: 1400, scheme: 'light' });
    const script = `(() => {
      document.querySelector('.heat thead th button').click();
      document.querySelector('.heat a').dispatchEvent(new Event('mouseover', { bubbles: true }));
      return [document.querySelector('.heat thead th').ariaSort, document.querySelector('output').textContent];
    })()`;
    const [sorted, told] = await evaluated<string[]>(page, script);
    expect(sorted).toBe('ascending');
    expect(told).toMatch(/^[a-z\d-]+: \d+% .*: .*cycles a sample/);
    const cases = "document.querySelector('#errors svg').textContent";
    expect(await evaluated(pageOf('validate'), cases)).toMatch(/a2-\w+ on [a-z]/);
  });

  test('slim-8 on 48 pedals fits in three screens', async () => {
    const rows = Array.from({ length: 48 * 16 }, (_, i) => {
      const at = {
        width: `ch:${1 + (i % 8)}`,
        channels: [1 + (i % 8)],
        copies: i % 16 < 8 ? 1 : 2,
      };
      return row({ ...at, model: 'slim-8', device: `pedal-${Math.floor(i / 16)}` });
    });
    const file = join(folder, 'slim.html');
    writeFileSync(file, renderPage(predictPage({ rows }), { command: '', tool: '' }));
    const page = await browser?.open(pathToFileURL(file).href);
    if (page === undefined) throw new Error('expected a page');
    await lookAt(page, { width: 1400, scheme: 'light' });
    const height = await evaluated<number>(page, 'document.documentElement.scrollHeight');
    expect(height).toBeLessThan(3 * 900);
    await page.close();
  });

  test('a page that does say something and does ask is heard', async () => {
    const text = '<img src="http://127.0.0.1:9/x.png"><script>console.warn("loud")</script>';
    const page = await browser?.open(`data:text/html,${encodeURIComponent(text)}`);
    expect(page?.trouble().requests).toEqual(['http://127.0.0.1:9/x.png']);
    expect(page?.trouble().said.join()).toContain('loud');
  });
});
