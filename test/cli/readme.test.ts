import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseWords } from '../../src/cli/args.ts';
import { globalOptions } from '../../src/cli/call.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';

const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');

test("the verbs of the README's table exist", () => {
  const table = readme.slice(readme.indexOf('| command'), readme.indexOf('`pedalbench --help`'));
  const cells = table.split('\n').map((line) => line.split('|')[1] ?? '');
  const named = cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z]+)/g)].map((match) => match[1] ?? ''),
  );
  expect(named.length).toBeGreaterThan(8);
  const known = verbs.map(({ name }) => name);
  for (const name of named) expect(known).toContain(name);
});

test('another project is told how it gets the command, and what is linked is there', () => {
  expect(readme).toMatch(/In another project: `npm pack` .* `npm install --save-dev /);
  const linked = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map((match) => match[1] ?? '');
  expect(linked).toEqual(expect.arrayContaining(['docs/scenarios.md', 'docs/measurements.md']));
  expect(linked.filter((path) => !existsSync(join(packageRoot, path)))).toEqual([]);
});

test("every option of the README's and the help's command lines exists", async () => {
  const lines = [...readme.matchAll(/npx pedalbench ([^\n`]+)/g)].map((match) => match[1] ?? '');
  expect(lines.length).toBeGreaterThan(3);
  for (const verb of verbs) {
    const command = await verb.load();
    lines.push(...command.examples.map(([line]) => line));
  }
  for (const line of lines) {
    const [name, ...words] = line.trim().split(/\s+/);
    const verb = verbs.find((candidate) => candidate.name === name);
    expect(verb, line).toBeDefined();
    const command = await verb!.load();
    expect(() => parseWords(words, { ...command.options, ...globalOptions }), line).not.toThrow();
  }
});
