/** The page's numbers in a real browser: those of the command, for files that are here and files that are dropped. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, modelFile, root, Site, slow, withBrowser } from './site.ts';

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
  rows.map((row) => JSON.stringify(sorted(row)));

withBrowser('the table', () => {
  const site = new Site();

  test(
    'the rows of every model that is here are those of the command, in its order and to the last digit',
    async () => {
      const ids = readdirSync(join(root, 'models')).flatMap((name) =>
        name.endsWith('.nam') ? [name.slice(0, -4)] : [],
      );
      const { stdout } = command('predict', ...ids, '--json', '--quiet');
      const said = JSON.parse(stdout) as {
        tool: unknown;
        rows: { device: string; model: string }[];
      };
      await site.open('kinds=product.board.computer.class');
      for (const id of ids) {
        const before = await site.page.textContent('.model-name');
        await site.page.getByLabel('or a model that is here').selectOption(id);
        await expect.poll(() => site.page.textContent('.model-name')).not.toBe(before);
        await site.worked();
        const { tool, rows } = JSON.parse(await site.downloaded('Table as JSON')) as {
          tool: unknown;
          rows: unknown[];
        };
        const own = said.rows.filter(({ device, model }) => device !== 'host' && model === id);
        expect(own.length).toBeGreaterThan(80);
        expect(tool).toEqual(said.tool);
        expect(texts(rows)).toEqual(texts(own));
      }
    },
    slow,
  );

  test(
    'dropped files are worked out, each when it is chosen, and no address holds them',
    async () => {
      await site.open('model=lstm-1x3');
      await site.drop(modelFile('a1-nano'), modelFile('lstm-1x16'));
      await site.page.waitForSelector('.model-name:has-text("nano")');
      await site.worked();
      expect(await site.page.textContent('.answer')).toMatch(
        /^It surely runs on \d+ of \d+ pedals/,
      );
      const copy = site.page.getByRole('button', { name: 'Copy the address' });
      expect(await copy.isDisabled()).toBe(true);
      await site.page.getByLabel('2 files are open').selectOption({ label: 'lstm-1x16' });
      await site.page.waitForSelector('.model-name:has-text("LSTM")');
      await site.worked();
      const { rows } = JSON.parse(await site.downloaded('Table as JSON')) as {
        rows: { modelPath: string }[];
      };
      expect(new Set(rows.map(({ modelPath }) => modelPath))).toEqual(new Set(['lstm-1x16.nam']));
    },
    slow,
  );

  test(
    'a rig that is saved gives the command the same digest',
    async () => {
      await site.open('model=lstm-1x3&device=mod-dwarf');
      await site.page.getByRole('button', { name: 'Build a rig' }).click();
      await site.page.waitForSelector('#digest', { timeout: slow });
      const digest = await site.page.textContent('#digest');
      const file = join(site.folder, 'rig.json');
      writeFileSync(file, await site.downloaded('Save as a scenario'));
      const { stdout } = command('run', file, '--json', '--quiet');
      const { runs } = JSON.parse(stdout) as { runs: { digest: string }[] };
      expect(runs[0]?.digest).toBe(digest);
      // The address has it, too.
      await site.page.reload();
      await site.page.waitForSelector('#digest', { timeout: slow });
      expect(await site.page.textContent('#digest')).toBe(digest);
    },
    slow,
  );

  test(
    'it is searched, filtered, sorted, and asked for other engines and copies',
    async () => {
      const { page } = site;
      await site.open('model=lstm-1x3&kinds=product');
      const names = (): Promise<string[]> =>
        page.locator('.matrix tbody th .plain').allTextContents();
      const dwarf = (): Promise<string | null> =>
        page.locator('.matrix tr:has-text("MOD Dwarf") .cell').textContent();
      const byLoad = await names();
      await page.getByLabel('Sort by').selectOption('name');
      await expect.poll(names).toEqual([...byLoad].sort());
      await page.getByLabel('Search').fill('mod d');
      await expect.poll(names).toEqual(['MOD Duo (original)', 'MOD Duo X', 'MOD Dwarf']);
      await page.getByLabel('Copies').selectOption('3');
      await page.waitForURL(/copies=3/);
      await site.worked();
      const three = await dwarf();
      expect(three).toMatch(/\d %|\d+%/);
      await page.getByLabel('Engine').selectOption('nam-core');
      await page.waitForURL(/engine=nam-core/);
      await site.worked();
      await expect.poll(dwarf, { timeout: 20_000 }).not.toBe(three);
      await site.worked();
      const other = await dwarf();
      expect(page.url()).toContain('engine=nam-core&copies=3');
      expect(await site.downloaded('Report')).toContain(
        'npx pedalbench predict lstm-1x3 --engine nam-core --copies 3',
      );
      // The address opens the same.
      await page.reload();
      await expect.poll(dwarf, { timeout: 20_000 }).toBe(other);
    },
    slow,
  );

  test(
    'all of it can be done by keyboard: drop a file, choose a pedal, hear a width, build a rig, share',
    async () => {
      const { page } = site;
      const chooser = page.waitForEvent('filechooser', { timeout: slow });
      await site.open('model=lstm-1x16&kinds=product');
      const focus = async (name: RegExp): Promise<void> => {
        for (let i = 0; i < 200; i += 1) {
          await page.keyboard.press('Tab');
          const label = await page.evaluate(() => {
            const at = document.activeElement;
            const own = at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : '';
            return `${own}${at?.textContent ?? ''} ${at?.getAttribute('aria-label') ?? ''}`.trim();
          });
          if (name.test(label)) return;
        }
        throw new Error(`no way to ${name} by Tab`);
      };
      await focus(/Drop .nam files here, or choose them/);
      await page.keyboard.press('Enter');
      await (await chooser).setFiles(modelFile('lstm-1x3'));
      await page.waitForSelector('.model-name:has-text("1x3")');
      await site.worked();
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
});
