import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** From the bottom to the top: a file may import from its own layer and from those before it. */
const layers = [
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
const layerOf = (file: string): string => relative(root, file).split('/')[0] ?? '';

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (m) => m[1] ?? '',
  );

test('dependencies point from the top layer to the bottom', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = layers.indexOf(layerOf(file) as (typeof layers)[number]);
    // Files at the root of src are the public API; they may see every layer.
    if (dirname(file) === root) continue;
    expect(from, `${relative(root, file)} lies in no known layer`).toBeGreaterThanOrEqual(0);
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) continue;
      const target = layerOf(resolve(dirname(file), name));
      const to = layers.indexOf(target as (typeof layers)[number]);
      // The command line opens the screen.
      const opens = layerOf(file) === 'cli' && target === 'tui';
      if (to > from && !opens) wrong.push(`${relative(root, file)} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('no wall clock and no unseeded randomness below the edge', () => {
  const allowed = new Set(['report', 'cli', 'tui', 'web', 'workers']);
  const wrong = files
    .filter((file) => !allowed.has(layerOf(file)))
    .filter((file) =>
      /Date\.now|performance\.now|Math\.random|new Date\(/.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(root, file));
  expect(wrong).toEqual([]);
});

test('only one file knows blessed, and only workers know piscina', () => {
  const importers = (name: string): string[] =>
    files.filter((file) => importsOf(file).includes(name)).map((file) => relative(root, file));
  expect(importers('blessed').length).toBeLessThanOrEqual(1);
  expect(importers('piscina').every((file) => file.startsWith('workers/'))).toBe(true);
});

/** What a layer must not know, beside the layers above it: the last column of ARCHITECTURE.md. */
const mustNotKnow: Readonly<Record<string, readonly string[]>> = {
  audio: ['nam', 'program', 'kernel'],
  program: ['engine'],
  kernel: ['engine', 'machine'],
  engine: ['machine'],
  machine: ['device'],
  device: ['nam', 'program'],
  execute: ['machine', 'device'],
  pedal: ['nam', 'program', 'kernel', 'engine', 'machine', 'device', 'execute'],
  scenario: ['study', 'machine'],
  study: ['execute/wasm', 'workbench'],
  report: ['workers', 'workbench/workbench'],
};

test('no layer knows what it must not', () => {
  const wrong = files.flatMap((file) => {
    const forbidden = mustNotKnow[layerOf(file)] ?? [];
    return importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(root, resolve(dirname(file), name)))
      .filter((target) => forbidden.some((layer) => target.startsWith(`${layer}/`)))
      .map((target) => `${relative(root, file)} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('a workbench reads files in one place', () => {
  const readers = files.filter(
    (file) => layerOf(file) === 'workbench' && importsOf(file).includes('node:fs'),
  );
  expect(readers.map((file) => relative(root, file)).sort()).toEqual([
    'workbench/folder-files.ts',
    'workbench/package-info.ts',
    'workbench/read-machine.ts',
  ]);
});

test('no import leads back to where it came from, not even one of types', () => {
  const known = new Set(files);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file];
      circles.push(circle.map((one) => relative(root, one)).join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const name of importsOf(file)) {
      const target = resolve(dirname(file), name);
      if (known.has(target)) walk(target, [...way, file]);
    }
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});

const textsIn = (folder: string): ReadonlyMap<string, string> => {
  const top = resolve(root, '..', folder);
  return new Map(
    readdirSync(top, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?tsx?$/.test(name))
      .map((name) => [join(top, name), readFileSync(join(top, name), 'utf8')]),
  );
};

test('every value that a file exports is taken by another', () => {
  const takers = ['src', 'test', 'tools', 'bench', 'assembly'].flatMap((folder) => [
    ...textsIn(folder),
  ]);
  const taken = new Set<string>();
  for (const [file, text] of takers) {
    const statements =
      /(?:import|export)\s+(type\s+)?([\w\s,*]*(?:\{[^}]*\})?)\s*from\s+'(\.[^']+)'/g;
    for (const [, type, names = '', from = ''] of text.matchAll(statements)) {
      const target = resolve(dirname(file), /\.m?tsx?$/.test(from) ? from : `${from}.ts`);
      if (names.includes('*') && type === undefined) taken.add(target);
      for (const name of names.match(/[\w$]+/g) ?? []) taken.add(`${target} ${name}`);
    }
    for (const [, from = ''] of text.matchAll(/import\(\s*'(\.[^']+)'/g)) {
      taken.add(resolve(dirname(file), from));
    }
  }
  const values = /^export (?:async )?(?:const|let|function\*?|class) (\w+)/gm;
  const dead = files
    .filter((file) => dirname(file) !== root && !taken.has(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(values)]
        .filter(([, name]) => !taken.has(`${file} ${name}`))
        .map(([, name]) => `${relative(root, file)}: ${name}`),
    );
  expect(dead).toEqual([]);
});
