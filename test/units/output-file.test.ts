import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeWhole } from '../../src/units/output-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string): string => join(folder, name);

test('a file keeps its mode, and a symlink stays one', () => {
  writeFileSync(place('kept'), 'old');
  chmodSync(place('kept'), 0o600);
  symlinkSync('kept', place('link'));
  writeWhole(place('link'), 'new');
  expect(lstatSync(place('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(place('kept'), 'utf8')).toBe('new');
  expect(statSync(place('kept')).mode & 0o777).toBe(0o600);
});

test('a symlink to what is not there yet makes it there', () => {
  symlinkSync('later', place('early'));
  writeWhole(place('early'), 'text');
  expect(lstatSync(place('early')).isSymbolicLink()).toBe(true);
  expect(readFileSync(place('later'), 'utf8')).toBe('text');
});

test('a pipe is written through and stays one', () => {
  execFileSync('mkfifo', [place('pipe')]);
  const script = `import { writeWhole } from '${resolve(import.meta.dirname, '../../src/units/output-file.ts')}'; writeWhole('${place('pipe')}', 'text');`;
  const line = `timeout 10 cat '${place('pipe')}' & '${process.execPath}' --import tsx --input-type=module -e "${script}"; wait`;
  expect(spawnSync('bash', ['-c', line], { encoding: 'utf8' }).stdout).toBe('text');
  expect(lstatSync(place('pipe')).isFIFO()).toBe(true);
});

test('a symlink to standard output is standard output, also where that is a file', () => {
  symlinkSync('/proc/self/fd/1', place('out'));
  const script = `import { writeWhole } from '${resolve(import.meta.dirname, '../../src/units/output-file.ts')}'; console.log('before'); writeWhole('${place('out')}', 'text');`;
  const line = `'${process.execPath}' --import tsx --input-type=module -e "${script}" > '${place('log')}'`;
  spawnSync('bash', ['-c', line]);
  expect(readFileSync(place('log'), 'utf8')).toBe('before\ntext');
  expect(lstatSync(place('out')).isSymbolicLink()).toBe(true);
});

const isRoot = process.getuid?.() === 0;
test.skipIf(!isRoot)('a device is written through and stays one (needs root)', (context) => {
  try {
    execFileSync('mknod', [place('null'), 'c', '1', '3'], { stdio: 'ignore' });
    writeFileSync(place('null'), '');
  } catch {
    context.skip('no device can be made here');
  }
  writeWhole(place('null'), 'text');
  expect(lstatSync(place('null')).isCharacterDevice()).toBe(true);
});

test('what an ended process left beside a file goes, what a living one writes stays', () => {
  const ended = spawnSync('true').pid;
  writeFileSync(place(`page.${ended}.partial`), '');
  writeFileSync(place(`page.${process.ppid}.partial`), '');
  writeWhole(place('page'), 'text');
  expect(readdirSync(folder).filter((name) => name.startsWith('page'))).toEqual([
    'page',
    `page.${process.ppid}.partial`,
  ]);
});

test('what cannot be written is said of the path that was given', () => {
  expect(() => writeWhole(place('nowhere/x.html'), '')).toThrow(
    `${place('nowhere/x.html')}: no such file or folder.`,
  );
  expect(() => writeWhole(folder, '')).toThrow(
    `${folder}: expected a file or a new name, got a folder.`,
  );
});
