/** Takes the pictures of the page for README and docs, from the page as it is served, in Debian's Chromium. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { filesBelow, serveFiles } from '../src/cli/page-files.ts';

const root = join(import.meta.dirname, '..');
const looks = [
  { name: 'page', width: 1400, height: 900, scheme: 'light' },
  { name: 'page-dark', width: 1400, height: 900, scheme: 'dark' },
  { name: 'page-phone', width: 360, height: 780, scheme: 'light' },
] as const;

const { status } = spawnSync('npm', ['run', 'build:web'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const folder = join(root, 'dist/web');
const serving = await serveFiles(folder, filesBelow(folder), 0);
const executablePath = spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
mkdirSync(join(root, 'docs'), { recursive: true });
for (const { name, width, height, scheme } of looks) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  await page.goto(`${serving.url}#model=a2&device=mod-dwarf`);
  // Before the first row nothing is busy either.
  const complete = '#answer[aria-busy="false"]:has(.answer:not(:text("Working")))';
  await page.waitForSelector(complete, { timeout: 240_000 });
  await page.waitForSelector('.bars-table', { timeout: 120_000 });
  await page.screenshot({ path: join(root, 'docs', `${name}.png`) });
}
await browser.close();
await serving.close();
