/** Where the package lies and what it is called; the same from `src`, from `dist` and from a program that was bundled. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const name = 'pedalbench';

/** Beside a bundle there are no profiles: they lie where the package is installed, seen from the bundle or from the current folder. */
const installedRoot = (): string | undefined => {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // Not installed there.
    }
  }
  return undefined;
};

/** Both `src/workbench` and `dist/workbench` lie two folders below the root. */
const ownRoot = resolve(import.meta.dirname, '../..');

export const hasProfiles = (root: string): boolean => existsSync(join(root, 'cores'));

export const packageRoot: string = hasProfiles(ownRoot) ? ownRoot : (installedRoot() ?? ownRoot);

export interface Tool {
  readonly name: string;
  readonly version: string;
}

let version: string | undefined;

/** The version is read when it is first asked for, so that an import reads no file. */
export const tool: Tool = {
  name,
  get version() {
    version ??= String(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version);
    return version;
  },
};
