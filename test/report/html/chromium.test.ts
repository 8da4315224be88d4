/** Every page in a real browser, narrow and wide, light and dark, as a reader has it before them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('a page that does say something and does ask is heard', async () => {
    const text = '<img src="http://127.0.0.1:9/x.png"><script>console.warn("loud")</script>';
    const page = await browser?.open(`data:text/html,${encodeURIComponent(text)}`);
    expect(page?.trouble().requests).toEqual(['http://127.0.0.1:9/x.png']);
    expect(page?.trouble().said.join()).toContain('loud');
  });
});
