/** Where the package lies and what it is called; the same from `src` and from `dist`. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Both `src/cli` and `dist/cli` lie two folders below the root. */
export const packageRoot: string = resolve(import.meta.dirname, '../..');

export interface Tool {
  readonly name: string;
  readonly version: string;
}

export const tool: Tool = (() => {
  const read = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Tool;
  return { name: read.name, version: read.version };
})();
