/**
 * Puts the built command where `npx pedalbench` looks first, so that a checkout needs neither a
 * registry nor a question: npm itself links only the commands of dependencies.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const command = join(root, 'dist/cli/main.js');
const folder = join(root, 'node_modules/.bin');

chmodSync(command, 0o755);
if (existsSync(join(root, 'node_modules'))) {
  mkdirSync(folder, { recursive: true });
  const link = join(folder, 'pedalbench');
  const target = relative(folder, command);
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    writeFileSync(`${link}.cmd`, `@node "%~dp0\\${target}" %*\r\n`);
  } else {
    symlinkSync(target, link);
  }
}
