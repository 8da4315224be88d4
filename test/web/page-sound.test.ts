/** What is heard, in a real browser, and that nothing waits for what is worked out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, Site, slow, withBrowser } from './site.ts';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const ownMark = 'a page of ours';
const traced = { categories: ['toplevel', '__metadata', 'blink.user_timing'] };

/**
 * Ends the trace. Milliseconds of processor that the longest task of the page's main thread took: a busy machine does
 * not lengthen it, and what the browser draws of itself in other processes is left out.
 */
const longestTask = async ({ browser, page }: Site): Promise<number> => {
  await page.evaluate((mark) => performance.mark(mark), ownMark);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const own = traceEvents.find(({ name }) => name === ownMark)?.pid;
  const main = traceEvents.find(
    ({ name, args, pid }) =>
      pid === own && name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const tasks = traceEvents.filter(
    ({ pid, tid, tdur }) => tdur !== undefined && pid === main?.pid && tid === main.tid,
  );
  expect(tasks.length).toBeGreaterThan(10);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
};

withBrowser('the sound', () => {
  const site = new Site();

  test(
    'while a table is worked out the page answers and sound goes on; the difference alone and a blind test are at hand',
    async () => {
      await site.browser.startTracing(site.page, traced);
      await site.open('model=lstm-1x3&kinds=product&device=mod-dwarf');
      expect(await longestTask(site)).toBeLessThan(100);
      const hear = site.page.locator('#hear');
      await site.page.getByRole('button', { name: 'Hear it', exact: true }).click();
      await hear.getByRole('button', { name: 'Stop' }).waitFor({ timeout: slow });
      const at = (): Promise<number> =>
        site.page
          .locator('.waveform line')
          .evaluate((line) => Number(line.getAttribute('x1')) / 40);
      await site.browser.startTracing(site.page, traced);
      const [from, began] = [await at(), performance.now()];
      await site.page.getByLabel('Cores by class').check();
      await site.page.waitForTimeout(2000);
      const [to, seconds] = [await at(), (performance.now() - began) / 1000];
      // Sound of 8 s in a loop: as much of it went by as time did.
      expect(Math.abs(((to - from + 8) % 8) - (seconds % 8))).toBeLessThan(0.6);
      await site.worked();
      expect(await longestTask(site)).toBeLessThan(100);
      const heard = (): Promise<string | null> =>
        site.page.locator('.waveform path').getAttribute('d');
      const whole = await heard();
      // A cabinet changes what is heard of the model, and not what goes in.
      await hear.getByRole('combobox', { name: /^Cabinet/ }).selectOption('ours');
      await expect.poll(heard, { timeout: 20_000 }).not.toBe(whole);
      await hear.getByRole('radio', { name: 'dry' }).check();
      const dry = await heard();
      expect(dry).not.toBe(whole);
      await hear.getByRole('combobox', { name: /^Cabinet/ }).selectOption('none');
      expect(await heard()).toBe(dry);
      await hear.getByRole('radio', { name: 'full' }).check();
      expect(await heard()).toBe(whole);
      await hear.getByRole('button', { name: 'Stop' }).click();
    },
    slow,
  );

  test(
    'a blind test counts what was right, and a badge says what runs',
    async () => {
      await site.open('model=slim-a1&kinds=product&device=mod-dwarf');
      const hear = site.page.locator('#hear');
      await hear.getByRole('button', { name: 'Play' }).click();
      await hear.getByRole('button', { name: /Blind test/ }).click({ timeout: slow });
      await hear.getByRole('radio', { name: 'X' }).waitFor();
      // What would tell X from the other is out of sight.
      expect(await hear.locator('meter, .chart').count()).toBe(0);
      const guesses = hear.locator('.controls:has-text("X is") button');
      await guesses.first().click();
      await guesses.first().click();
      expect(await hear.locator('output').last().textContent()).toMatch(/^[012] of 2 right$/);
      await hear.getByRole('button', { name: 'End the test' }).click();
      await hear.getByLabel('only the difference to the widest').check();
      await hear.getByRole('button', { name: 'Stop' }).click();
      expect(await site.downloaded('Badge')).toMatch(/^<svg [\s\S]*runs (?:twice )?on MOD Dwarf/);
      expect(await site.downloaded('Table as CSV')).toMatch(/^model,device,engine,width/);
    },
    slow,
  );

  test(
    'a sound that is dropped is heard through every width, and as a pedal plays it',
    async () => {
      const wav = join(site.folder, 'mine.wav');
      expect(command('signal', 'plucks', wav, '--seconds', '1', '--quiet').status).toBe(0);
      await site.open('model=lstm-1x16&kinds=product&device=mod-duo');
      const hear = site.page.locator('#hear');
      await hear.getByRole('button', { name: 'Play' }).waitFor();
      await site.drop(wav);
      await expect.poll(() => hear.getByLabel('Sound').inputValue()).toBe('mine.wav');
      await hear.getByRole('button', { name: /^As on the MOD Duo/ }).click();
      const asPlayed = hear.getByRole('radio', { name: /full on the MOD Duo.*: / });
      await asPlayed.waitFor({ timeout: slow });
      expect(await asPlayed.isChecked()).toBe(true);
      expect(await hear.locator('.level').textContent()).toContain('/ 0:01');
      await hear.getByLabel('Position in seconds').fill('0.5');
      expect(Number(await hear.locator('.waveform line').getAttribute('x1'))).toBeCloseTo(160, 0);
    },
    slow,
  );

  test.each([['lstm-1x3', 'full']])(
    'what the audio thread puts out through %s at %s are the samples that render writes, to the bit',
    async (model, width) => {
      const { page } = site;
      // The page's own loop of eight seconds three times, as fast as its audio thread can.
      await page.addInitScript(() => {
        const rate = 48_000;
        const post = MessagePort.prototype.postMessage;
        const chosen = new Promise<void>((told) => {
          MessagePort.prototype.postMessage = function (message, ...rest: []) {
            post.call(this, message, ...rest);
            if (message?.kind === 'sound' && message.key !== 'dry') told();
          };
        });
        class Recorded extends OfflineAudioContext {
          constructor() {
            super(1, 24 * rate, rate);
          }
          override suspend(): Promise<void> {
            return Promise.resolve();
          }
          override async resume(): Promise<void> {
            // The sounds are on their way to the thread: it has time to take them before each of these seconds.
            for (let second = 0; second < 8; second += 1) {
              void super.suspend(second).then(async () => {
                await chosen;
                setTimeout(() => super.resume(), 200);
              });
            }
            const heard = super.startRendering();
            void heard.then((all) => Object.assign(window, { heard: all.getChannelData(0) }));
          }
        }
        Object.assign(window, { AudioContext: Recorded });
      });
      await site.open(`model=${model}&kinds=product&device=mod-dwarf`);
      const hear = page.locator('#hear');
      await hear.getByLabel('equally loud').uncheck();
      if (width !== 'full') await hear.getByRole('radio', { name: width }).check();
      await hear.getByRole('button', { name: 'Play' }).click();
      const recorded = await page.waitForFunction(() => 'heard' in window && window.heard, null, {
        timeout: slow,
      });
      const out = join(site.folder, `${model}.wav`);
      const dry = join(site.folder, 'guitar.wav');
      expect(command('signal', 'guitar', dry, '--seconds', '8', '--quiet').status).toBe(0);
      command('render', model, dry, out, '--width', width, '--quiet');
      const written = readFileSync(out);
      const samples = 8 * 48_000;
      const bits = new Uint32Array(samples).map((_, i) =>
        written.readUInt32LE(written.length - 4 * (samples - i)),
      );
      // It begins with one of those seconds, fades in, and is whole the second time around.
      const same = await recorded.evaluate(
        (all, expected) => {
          const heard = new Uint32Array((all as Float32Array).buffer);
          const from = (second: number) => heard.subarray((second + 8) * 48_000);
          const isSame = (second: number) =>
            expected.every((value, i) => from(second)[i] === value);
          return [0, 1, 2, 3, 4, 5, 6, 7].some(isSame);
        },
        [...bits],
      );
      expect(same).toBe(true);
      expect(new Set(bits).size).toBeGreaterThan(1000);
    },
    slow,
  );
});
