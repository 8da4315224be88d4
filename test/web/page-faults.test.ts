/** Files that are none, in a real browser: the sentences of the command, and nothing else breaks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseModel } from '../../src/nam/parse-model.ts';
import { Random } from '../../src/units/random.ts';
import { command, modelFile, Site, slow, withBrowser } from './site.ts';

withBrowser('faulty files', () => {
  const site = new Site();

  test(
    'a faulty file is refused with the sentence of the command, and nothing else changes',
    async () => {
      await site.open('model=lstm-1x3');
      const before = await site.page.textContent('.answer');
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
        const path = join(site.folder, name);
        writeFileSync(path, text);
        await site.page.setInputFiles('.primary-file input', path);
        await site.page.waitForSelector(`.fault:has-text("${name}")`);
        const { stderr, status } = command('predict', path, '--quiet');
        expect(status).toBe(2);
        const sentence = (await site.page.textContent('.fault')) ?? '';
        // What the engine of JSON says behind this differs between browsers and Node.
        expect(stderr.replaceAll(path, name)).toContain(sentence.split(/ in JSON|\n/)[0]);
        expect(await site.page.textContent('.answer')).toBe(before);
      }
    },
    slow,
  );

  test(
    '200 mutants of a file get the sentence of the command, or are worked out',
    async () => {
      await site.open('model=lstm-1x3&kinds=computer');
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
        await site.page.setInputFiles('.primary-file input', files);
        if (expected.length === 0) continue;
        await site.page.waitForSelector(`.fault:has-text("mutant-${group}-")`);
        const said = (await site.page.textContent('.fault')) ?? '';
        expect(expected.filter((sentence) => !said.includes(sentence))).toEqual([]);
        refused += expected.length;
      }
      expect(refused).toBeGreaterThan(100);
      expect(await site.page.textContent('h1')).toBe('Pedalbench');
    },
    slow,
  );
});
