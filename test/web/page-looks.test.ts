/** The page as it is seen and loaded: its weight, offline, on narrow and wide screens, and by machines that read it aloud. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { Site, slow, withBrowser } from './site.ts';

withBrowser('the page', () => {
  const site = new Site();

  /** What axe finds in a part of the page. */
  const violations = async (place: string): Promise<readonly string[]> => {
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await site.page.evaluate(readFileSync(axe, 'utf8'));
    return site.page.evaluate(async (part) => {
      const { axe: run } = globalThis as unknown as {
        axe: {
          run: (
            part: string,
          ) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
      };
      return (await run.run(part)).violations.map(
        ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`,
      );
    }, place);
  };

  // The shape that most captures have; one that is worked out, as any other file of one's own.
  test.each([
    ['', 200_000],
    ['#model=lstm-1x3', 300_000],
  ])(
    'what it asks for at /%s until its answer stands is under %i bytes, as the plainest host sends it',
    async (address, most) => {
      // A host's files are asked for once: their names say what they hold.
      const asked = new Map<string, Response>();
      site.page.on('response', (response) => asked.set(response.url(), response));
      await site.page.addInitScript(() => {
        const look = (): void => {
          const stands = !/Working|^$/.test(document.querySelector('.answer')?.textContent ?? '');
          if (stands) document.documentElement.dataset.answeredAt ??= String(Date.now());
        };
        const everything = { childList: true, subtree: true, characterData: true };
        new MutationObserver(look).observe(document, everything);
      });
      await site.page.goto(`${site.url}${address}`);
      const root = await site.page.waitForSelector('html[data-answered-at]', { timeout: slow });
      const answeredAt = Number(await root.getAttribute('data-answered-at'));
      // What it asks for after that goes on while the test ends, and is not looked at.
      const before = [...asked.values()].filter(
        (response) => response.request().timing().startTime <= answeredAt,
      );
      const loaded = await Promise.all(before.map((response) => response.body()));
      expect(loaded.length).toBeGreaterThan(5);
      expect(loaded.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(most);
    },
    slow,
  );

  test(
    'once it has been open it works without a network',
    async () => {
      const { page } = site;
      await site.open('model=lstm-1x3&kinds=product');
      await page.evaluate(() => navigator.serviceWorker.ready);
      await site.context.setOffline(true);
      await page.goto(`${site.url}#model=lstm-1x16&device=mod-dwarf`);
      await page.reload();
      await site.worked();
      await page.waitForSelector('.bars-table', { timeout: slow });
      await page.locator('#hear').getByRole('button', { name: 'Play' }).click();
      await page.locator('#hear').getByRole('button', { name: 'Stop' }).waitFor({ timeout: slow });
      await page.getByRole('button', { name: 'Build a rig' }).click();
      await page.waitForSelector('.timeline canvas', { timeout: slow });
      expect(await site.downloaded('Report')).toContain('MOD Dwarf');
    },
    slow,
  );

  test.each([360, 1400])(
    'nothing that is read jumps at %i pixels while its numbers come in',
    async (width) => {
      await site.page.setViewportSize({ width, height: 900 });
      await site.open('');
      // A share of the screen times how far it moved: above 0.1 people notice.
      const shift = await site.page.evaluate(
        () =>
          new Promise<number>((told) => {
            const observer = new PerformanceObserver((list) => {
              const moved = list.getEntries() as unknown as { value: number }[];
              told(moved.reduce((sum, { value }) => sum + value, 0));
            });
            observer.observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => told(0), 500);
          }),
      );
      expect(shift).toBeLessThan(0.1);
    },
    slow,
  );

  test.each([
    [360, 'light', 'slim-8'],
    [360, 'dark', 'lstm-1x3'],
    [768, 'light', 'lstm-1x3'],
    [768, 'dark', 'lstm-1x3'],
    [1400, 'light', 'lstm-1x3'],
    [1400, 'dark', 'lstm-1x3'],
    [2200, 'light', 'lstm-1x3'],
    [2200, 'dark', 'lstm-1x3'],
  ] as const)(
    'axe finds nothing at %i pixels, %s, and nothing is wider than the page (%s)',
    async (width, colorScheme, model) => {
      await site.page.setViewportSize({ width, height: 900 });
      await site.page.emulateMedia({ colorScheme });
      await site.open(`model=${model}&kinds=product&device=mod-dwarf`);
      await site.page.waitForSelector('.bars-table', { timeout: slow });
      await site.page.getByRole('button', { name: 'Build a rig' }).click();
      await site.page.waitForSelector('#digest', { timeout: slow });
      expect(await violations('html')).toEqual([]);
      const sideways = await site.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways).toBe(0);
    },
    slow,
  );

  test.each([
    [360, 'light'],
    [360, 'dark'],
    [1400, 'light'],
    [1400, 'dark'],
  ] as const)(
    'axe finds nothing at %i pixels, %s, in any tab, while sound plays, in a blind test, a parallel rig and a fault',
    async (width, colorScheme) => {
      const { page } = site;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await site.open('model=slim-a1&kinds=product&device=mod-dwarf');
      const shows: readonly (readonly [string, string, () => Promise<unknown>])[] = [
        ['#pedal', '.icicle', () => page.locator('#tab-why').click()],
        ['#pedal', '.plain-table', () => page.locator('#tab-about').click()],
        ['#pedal', '.primary', () => page.locator('#tab-play').click()],
        ['#pedal', '.timeline canvas', () => page.locator('#pedal .primary').click()],
        ['#hear', '.wave', () => page.locator('#hear .primary').click()],
        ['#hear', '.chart', () => page.locator('#hear .primary:text("Stop")').waitFor()],
        ['#hear', ':text("End the test")', () => page.locator('#hear :text("Blind test")').click()],
        ['#rig', '#digest', () => page.locator('#rig button').first().click()],
        ['#rig', '.parallel', () => page.getByLabel('Order').selectOption('parallel')],
        ['main', '.fault', () => site.drop(join(site.folder, 'half.nam'))],
      ];
      writeFileSync(join(site.folder, 'half.nam'), '{"version"');
      for (const [place, sign, show] of shows) {
        await show();
        await page
          .locator(place)
          .locator(sign)
          .first()
          .waitFor({ state: 'attached', timeout: slow });
        expect(await violations(place)).toEqual([]);
      }
    },
    slow,
  );
});
