import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

test('every path of ARCHITECTURE.md is there, so that what it names is found', () => {
  const missing: string[] = [];
  for (const line of text.split('\n')) {
    const names = [...line.matchAll(/`([\w./-]+\/[\w./-]*)`/g)].map(([, name]) => name ?? '');
    for (const name of names) {
      const there = [name, join('src', name)].some((path) => existsSync(join(root, path)));
      if (!there) missing.push(name);
    }
    if (!line.startsWith('| ')) continue;
    // In a table a bare name lies in the folder of a path of its row.
    const folders = names.map((name) =>
      join(root, 'src', name.endsWith('/') ? name : dirname(name)),
    );
    for (const [, file = ''] of line.matchAll(/`([\w-]+\.ts)`/g)) {
      if (!folders.some((folder) => existsSync(join(folder, file)))) missing.push(file);
    }
  }
  expect(missing).toEqual([]);
});
