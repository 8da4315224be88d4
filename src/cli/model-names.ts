/** MODEL as people write many of them: files, folders, patterns, commas, and lists in a file. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readText } from '../units/read-text.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { Call } from './call.ts';
import { notFound, usageError } from './cli-error.ts';
import type { Io } from './io.ts';

export const modelsFromOption = {
  value: 'FILE|-',
  help: 'further models, one a line; - reads them from stdin',
};

/** All .nam files below a folder, by their path. */
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.nam'))
    .sort()
    .map((path) => join(folder, path));

const isPattern = (name: string): boolean => /[*?[]/.test(name);

/** `*` and `?` stay within a folder, `**` does not. */
const patternOf = (glob: string): RegExp => {
  const text = glob.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[.+^${}()|\\\]]/g, (found) => {
    if (found === '**/') return '(?:.*/)?';
    if (found === '**') return '.*';
    if (found === '*') return '[^/]*';
    if (found === '?') return '[^/]';
    return found.startsWith('[') ? found : `\\${found}`;
  });
  return new RegExp(`^${text}$`);
};

const matching = (io: Io, glob: string): string[] => {
  const parts = glob.split('/');
  const folder =
    parts.slice(0, parts.findIndex(isPattern)).join('/') || (glob.startsWith('/') ? '/' : '.');
  const full = resolve(io.cwd, folder);
  if (!existsSync(full)) return [];
  const pattern = patternOf(glob.replace(/^\.\//, ''));
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .map((path) => (folder === '.' ? path : join(folder, path)))
    .filter((path) => path.endsWith('.nam') && pattern.test(path))
    .sort();
};

const found = (names: readonly string[], word: string): readonly string[] => {
  if (names.length > 0) return names;
  throw notFound(`${word}: expected at least one .nam file, got none.`);
};

/** What exists is taken as it is written; then ids, folders, patterns and commas. */
const expanded = (io: Io, workbench: Workbench, word: string): readonly string[] => {
  const stat = statSync(resolve(io.cwd, word), { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) return [word];
  if (workbench.models.paths.has(word)) return [word];
  if (stat !== undefined) {
    const folder = resolve(io.cwd, word);
    return found(
      below(folder).map((path) => join(word, path.slice(folder.length + 1))),
      word,
    );
  }
  if (word.includes(',')) {
    return word.split(',').flatMap((part) => (part === '' ? [] : expanded(io, workbench, part)));
  }
  return isPattern(word) ? found(matching(io, word), word) : [word];
};

const listed = (call: Call): readonly string[] => {
  const file = call.text('models-from');
  if (file === undefined) return [];
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(call.path(file));
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
};

/** Each once, in the order in which they were given. */
export const modelNames = (call: Call, workbench: Workbench): readonly string[] => {
  const words = [...call.positionals, ...listed(call)];
  if (words.length === 0) {
    throw usageError(
      'Expected a model: an id (`pedalbench models` lists them), a .nam file, a folder or --models-from FILE.',
    );
  }
  return [...new Set(words.flatMap((word) => expanded(call.io, workbench, word)))];
};
