import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms, from the bottom to the top: a file may import from its own room and from those before it. */
const rooms = [
  'units',
  'audio',
  'nam',
  'program',
  'kernel',
  'engine',
  'machine',
  'device',
  'execute',
  'pedal',
  'scenario',
  'study',
  'workbench',
  'workers',
  'report',
  'cli',
  'tui',
  'web',
] as const;

const root = resolve(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|mts|tsx)$/.test(name))
  .map((name) => join(root, name));
const roomOf = (file: string): string => relative(root, file).split('/')[0] ?? '';

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (m) => m[1] ?? '',
  );

test('dependencies point from the top of the house to the bottom', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = rooms.indexOf(roomOf(file) as (typeof rooms)[number]);
    // Files at the root of src are the public faces; they may see every room.
    if (dirname(file) === root) continue;
    expect(from, `${relative(root, file)} lies in no known room`).toBeGreaterThanOrEqual(0);
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue;
      const target = roomOf(resolve(dirname(file), name));
      const to = rooms.indexOf(target as (typeof rooms)[number]);
      // cli and tui are both faces: the command line opens the screen.
      const faces = roomOf(file) === 'cli' && target === 'tui';
      if (to > from && !faces) wrong.push(`${relative(root, file)} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('no wall clock and no unseeded randomness below the edge', () => {
  const allowed = new Set(['report', 'cli', 'tui', 'web', 'workers']);
  const wrong = files
    .filter((file) => !allowed.has(roomOf(file)))
    .filter((file) =>
      /Date\.now|performance\.now|Math\.random|new Date\(/.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(root, file));
  expect(wrong).toEqual([]);
});

test('only the core and its faces touch what they may', () => {
  const importers = (name: string): string[] =>
    files.filter((file) => importsOf(file).includes(name)).map((file) => relative(root, file));
  expect(importers('blessed').length).toBeLessThanOrEqual(1);
  expect(importers('piscina').every((file) => file.startsWith('workers/'))).toBe(true);
});
