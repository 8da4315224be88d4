/** The page as `pedalbench web --out` writes it, under a path of a server of its own, in a real browser. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { filesBelow, serveFiles } from '../../src/cli/page-files.ts';
import { chromiumName } from '../report/html/browser.ts';

export const root: string = resolve(import.meta.dirname, '../..');
export const slow = 180_000;

if (chromiumName === null) console.warn('chromium is missing: the tests of the page are skipped');

/** Describes what needs a browser. */
export const withBrowser: typeof describe.skip = describe.skipIf(chromiumName === null);

export const modelFile = (id: string): string => join(root, 'models', `${id}.nam`);

export const command = (
  ...words: string[]
): { readonly stdout: string; readonly stderr: string; readonly status: number | null } =>
  spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...words], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });

const build = (folder: string): void => {
  const vite = createRequire(import.meta.url).resolve('vite/package.json');
  const config = join(root, 'src/web/vite.config.ts');
  const words = ['build', '--config', config, '--outDir', folder, '--logLevel', 'error'];
  const { stderr } = spawnSync(process.execPath, [join(vite, '../bin/vite.js'), ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
};

/** No static host sends a page from its root only. */
const path = 'some/where/';

/** Hooks of a test file that looks at the page. Every test gets a page of its own, which must not complain. */
export class Site {
  /** For files that a test writes. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'pedalbench-web-'));
  readonly files: string = join(this.folder, path);
  serving!: Awaited<ReturnType<typeof serveFiles>>;
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;

  constructor() {
    beforeAll(() => this.#open(), slow);
    afterAll(() => this.#close());
    beforeEach(() => this.#turn());
  }

  get url(): string {
    return `${this.serving.url}${path}`;
  }

  /** Opened with this state in its address, its table complete. */
  async open(address: string): Promise<void> {
    await this.page.goto(`${this.url}#${address}`);
    await this.worked();
  }

  async worked(): Promise<void> {
    const complete = '#answer[aria-busy="false"]:has(.answer:not(:text("Working")))';
    await this.page.waitForSelector(complete, { timeout: slow });
  }

  async downloaded(button: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('button', { name: button, exact: true }).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  }

  /** As from a folder of the desktop. */
  async drop(...paths: string[]): Promise<void> {
    const files = paths.map((file) => ({
      name: file.replace(/^.*\//, ''),
      bytes: [...readFileSync(file)],
    }));
    await this.page.evaluate((dropped) => {
      const dataTransfer = new DataTransfer();
      for (const { name, bytes } of dropped) {
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      }
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(drop);
    }, files);
  }

  async #open(): Promise<void> {
    build(this.files);
    this.serving = await serveFiles(this.folder, filesBelow(this.folder), 0);
    this.browser = await chromium.launch({
      executablePath: spawnSync('which', [chromiumName ?? ''], { encoding: 'utf8' }).stdout.trim(),
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    });
  }

  async #close(): Promise<void> {
    await this.browser?.close();
    await this.serving?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #turn(): Promise<() => Promise<void>> {
    this.context = await this.browser.newContext({ acceptDownloads: true });
    const page = await this.context.newPage();
    this.page = page;
    const troubles: string[] = [];
    page.on('console', (said) => said.type() === 'error' && troubles.push(said.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      const own = request.url().startsWith(this.serving.url) || /^(data|blob):/.test(request.url());
      if (!own) troubles.push(`asked ${new URL(request.url()).origin}`);
    });
    return async () => {
      await this.context.close();
      expect(troubles).toEqual([]);
    };
  }
}
