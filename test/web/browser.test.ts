/** `pedalbench/browser`: the verbs without files, and without Node. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkbench, parseDevice, predictSync } from '../../src/browser.ts';
import { openWorkbench as openFolders, predictSync as predictFolders } from '../../src/index.ts';

const root = resolve(import.meta.dirname, '../..');

const reached = (file: string, seen: Map<string, string>): Map<string, string> => {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  seen.set(file, text);
  const imports = text.matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)'/gms);
  for (const [, name = ''] of imports) {
    const next = resolve(dirname(file), name);
    if (existsSync(next)) reached(next, seen);
  }
  return seen;
};

test('nothing that it reaches needs Node', () => {
  const files = reached(join(root, 'src/browser.ts'), new Map());
  expect(files.size).toBeGreaterThan(100);
  const wrong = [...files].filter(
    ([, text]) =>
      /^import(?! type)[^;]*'node:/ms.test(text) || /\b(?:Buffer\.|process\.)/.test(text),
  );
  expect(wrong.map(([file]) => file)).toEqual([]);
});

const folder = (name: string): [string, string][] =>
  readdirSync(join(root, name))
    .filter((file) => file.endsWith('.json'))
    .map((file) => [`${name}/${file}`, readFileSync(join(root, name, file), 'utf8')]);

test('data gives the rows that files give', () => {
  const packaged = new Map([...folder('devices'), ...folder('cores'), ...folder('data')]);
  const text = readFileSync(join(root, 'models/lstm-1x3.nam'), 'utf8');
  const workbench = openWorkbench({
    documents: new Map([['models/lstm-1x3.nam', text]]),
    packaged,
  });
  const request = { model: 'lstm-1x3', devices: ['mod-dwarf', 'daisy-seed'], copies: [1, 2] };
  const { rows } = predictSync(workbench, request);
  expect(rows.length).toBe(4);
  const fromFiles = predictFolders(openFolders({ cwd: root, packageRoot: root }), request).rows;
  const plain = (list: typeof rows) =>
    JSON.parse(JSON.stringify(list).replaceAll(`${root}/`, '')) as unknown;
  expect(plain(rows)).toEqual(plain(fromFiles));
});

test('a profile of the caller is never validated', () => {
  const profile = parseDevice(readFileSync(join(root, 'devices/orange-pi-5.json')));
  const documents = new Map<string, string | object>([
    ['models/a2.nam', readFileSync(join(root, 'models/a2.nam'), 'utf8')],
    ['devices/mine.json', { ...profile, id: 'mine' }],
  ]);
  const packaged = new Map([...folder('devices'), ...folder('cores'), ...folder('data')]);
  const workbench = openWorkbench({ documents, packaged });
  const [own] = predictSync(workbench, { model: 'a2', device: 'mine', width: 'lite' }).rows;
  expect(own?.confidence).not.toBe('validated');
});
