import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/workbench/package-info.ts';

/** Statements at the start of a line, also the last line of a long one, and imports while running. */
const importPattern =
  /^(?:import\b[^'\n]*|(?:export|\})[^'\n]*\bfrom )'([^'\n]+)'|\bimport\(\s*'([^'\n]+)'/gm;

/** Every file that `entry` loads, and every package, with the file that asks for it. */
const loadedBy = (entry: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(importPattern)) {
      const name = match[1] ?? match[2] ?? '';
      const target = name.startsWith('.')
        ? relative(packageRoot, resolve(dirname(file), name))
        : name;
      if (found.has(target)) continue;
      found.set(target, relative(packageRoot, file));
      if (name.startsWith('.')) visit(join(packageRoot, target));
    }
  };
  visit(join(packageRoot, entry));
  return found;
};

const forbidden = /^(blessed|piscina|src\/(tui|cli|workers|report)\/.*)$/;

test.each(['src/index.ts', 'src/vitest.ts'])(
  '%s loads neither a terminal nor workers nor reports',
  (entry) => {
    const loaded = [...loadedBy(entry)];
    // The walk sees what is there: a walk that finds nothing forbids nothing.
    expect(loaded.length).toBeGreaterThan(100);
    expect(loaded.map(([name]) => name)).toContain('src/machine/cost-of.ts');
    expect(loaded.filter(([name]) => forbidden.test(name))).toEqual([]);
  },
);

test('the core needs no packages but zod, hashes, wavefile, caches and distances of words', () => {
  const packages = [...loadedBy('src/index.ts').keys()].filter(
    (name) => !name.startsWith('src/') && !name.startsWith('node:'),
  );
  const known = /^(zod$|wavefile$|quick-lru$|fastest-levenshtein$|@noble\/)/;
  expect(packages.filter((name) => !known.test(name))).toEqual([]);
});
