/** Files from folders: those of the package, and those of the current folder before them. The only file of the workbench that reads any. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { WavReader } from '../audio/wav.ts';
import { readText } from '../units/read-text.ts';
import type { Files, Shelf } from './files.ts';
import { foldersOf, type Places, pathFrom } from './places.ts';

/** Later folders stand before earlier ones. */
const listed = (shelf: Shelf, folders: readonly string[]): ReadonlyMap<string, string> => {
  const ending = shelf === 'models' ? '.nam' : '.json';
  const files = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => [file.slice(0, -ending.length), join(folder, file)] as const),
  );
  return new Map(files);
};

/** Beside the built code, by the same build; sources have none. */
const knownRows = join(import.meta.dirname, '../known-rows.json');

export const folderFiles = (places: Places): Files => ({
  list: (shelf) => listed(shelf, foldersOf(places, shelf)),
  packaged: (shelf) => listed(shelf, [join(places.packageRoot, shelf)]),
  pathOf: (name) => pathFrom(places, name),
  beside: (path, name) => resolve(dirname(path), name),
  exists: existsSync,
  shown: (path) => {
    if (!isAbsolute(path)) return path;
    const here = relative(places.cwd, path);
    return here.startsWith('..') || isAbsolute(here) ? path : here;
  },
  readText,
  sizeOf: (path) => {
    const stat = statSync(path);
    return stat.isDirectory() ? null : stat.size;
  },
  openAudio: (path) => new WavReader(path),
  data: (name) => {
    const path = join(places.packageRoot, 'data', `${name}.json`);
    return existsSync(path) ? { text: readText(path), path } : null;
  },
  knownRows: () => (existsSync(knownRows) ? readText(knownRows) : null),
});
