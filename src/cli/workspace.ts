/** Where the paths of annotations start: the checkout that a pipeline works in. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Io } from './io.ts';

const gitTop = (folder: string): string | null => {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? null : gitTop(above);
};

const inside = (folder: string, path: string): string | null => {
  const way = relative(folder, path);
  return way.startsWith('..') || isAbsolute(way) ? null : way;
};

/**
 * A file as pull requests name it: relative to GitHub's workspace, else to the top of the git
 * repository, else to the current folder; with `/`. What lies outside keeps its whole path.
 */
export const workspacePath = (io: Io, path: string): string => {
  const full = realpathSync(resolve(io.cwd, path));
  const given = io.env.GITHUB_WORKSPACE ?? '';
  const tops = [
    given !== '' && existsSync(given) ? realpathSync(given) : null,
    gitTop(dirname(full)),
    realpathSync(io.cwd),
  ];
  const found = tops.map((top) => (top === null ? null : inside(top, full)));
  return (found.find((way) => way !== null) ?? full).split(sep).join('/');
};
