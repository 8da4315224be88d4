import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { headroomText } from '../../src/tui/view/parts.ts';
import { percent } from '../../src/units/number-text.ts';
import { rowOf } from '../study/predict-fixtures.ts';
import { hasTmux, Pane } from './tmux.ts';

if (!hasTmux) console.warn('tmux is missing: the tests in a real terminal are skipped');

const panes: Pane[] = [];
const open = (words: string, cols = 120, rows = 40, term?: string): Pane => {
  const pane = new Pane(words, cols, rows, term);
  panes.push(pane);
  return pane;
};
afterEach(() => {
  for (const pane of panes.splice(0)) pane.close();
});

const inTerminal = test.skipIf(!hasTmux);
const longMilliseconds = 240_000;

inTerminal(
  'a session from end to end: move, filter, block, rig, explain, export, help, quit',
  async () => {
    const pane = open('tui');
    await pane.shows(/Darkg/);
    expect(pane.isAlternate()).toBe(true);
    expect(pane.isCursorShown()).toBe(false);
    pane.keys('j');
    await pane.shows(/^▸ Darkg/m);
    pane.keys('/');
    pane.type('dwarf');
    await pane.shows('1 of 47 pedals');
    pane.keys('Enter', 'Enter');
    const own = rowOf('a2', 'mod-dwarf', { width: 'lite', copies: [1] });
    await pane.shows('[pedal]');
    await pane.shows(headroomText(own.headroom));
    expect(await pane.shows(/▸ full +\(8 ch\)/)).toContain(percent(own.load?.expected ?? 0));

    // Another block: the numbers become what predict says of it.
    pane.keys(']', ']');
    await pane.shows('block 256');
    const larger = rowOf('a2', 'mod-dwarf', { width: 'full', copies: [1], blockFrames: [256] });
    const text = await pane.shows(` ${headroomText(larger.headroom)} `);
    expect(text).toContain(` ${percent(larger.load?.expected ?? 0)} `);
    // The virtual pedal plays with it.
    await pane.shows(/virtual pedal \d+\.\d s/);

    pane.keys('d');
    await pane.shows('sum of the slots');
    pane.keys('p');
    await pane.shows('busiest of 2 cores');
    pane.keys('e');
    await pane.shows('kinds of work');
    pane.keys('x');
    await pane.shows('export as');
    pane.keys('Enter');
    const name = /written: (\S+\.json)/.exec(await pane.shows('written:'))?.[1] ?? '';
    const file = join(pane.folder, 'pedalbench-explain-a2-mod-dwarf.json');
    expect(name.length).toBeGreaterThan(0);
    expect(existsSync(file)).toBe(true);
    const exported = JSON.parse(readFileSync(file, 'utf8'));
    expect(exported).toMatchObject({ schema: 'pedalbench.tui/1', view: 'explain' });
    expect(exported.prediction.load).toEqual(larger.load);

    pane.keys('?');
    await pane.shows('the next screen');
    pane.keys('Escape');
    await pane.shows('kinds of work');
    pane.resize(50, 12);
    await pane.shows('It needs 60x15');
    pane.resize(80, 24);
    await pane.shows('kinds of work');
    pane.keys('q');
    await pane.shows('code 0');
    expect(pane.isAlternate()).toBe(false);
    expect(pane.isCursorShown()).toBe(true);
    expect(pane.text()).toMatch(/^before\ncode 0/);
  },
  longMilliseconds,
);

inTerminal.each([
  ['SIGTERM', (pane: Pane): void => void process.kill(pane.pid(), 'SIGTERM'), 143],
  ['SIGQUIT', (pane: Pane): void => void process.kill(pane.pid(), 'SIGQUIT'), 131],
  ['SIGHUP', (pane: Pane): void => void process.kill(pane.pid(), 'SIGHUP'), 129],
  ['SIGINT', (pane: Pane): void => void process.kill(pane.pid(), 'SIGINT'), 130],
  ['Ctrl-C', (pane: Pane): void => pane.keys('C-c'), 130],
] as const)(
  '%s leaves the terminal as it was',
  async (_, end, code) => {
    const pane = open('tui --device mod-dwarf', 80, 24, 'tmux-256color');
    await pane.shows('[pedal]');
    end(pane);
    await pane.shows(`code ${code}`);
    expect(pane.isAlternate()).toBe(false);
    expect(pane.isCursorShown()).toBe(true);
  },
  longMilliseconds,
);

inTerminal(
  'where its terminal is closed it ends quietly',
  async () => {
    const pane = open('tui --device mod-dwarf', 80, 24);
    await pane.shows('[pedal]');
    expect(await pane.codeWithoutTerminal()).toBe(129);
  },
  longMilliseconds,
);

inTerminal(
  'an error that nobody catches is told on a restored terminal',
  async () => {
    const pane = new Pane('', 100, 30, 'screen-256color', 'test/tui/throwing.ts');
    panes.push(pane);
    await pane.shows(/Darkg/);
    const text = await pane.shows('code 1');
    expect(text).toContain('nobody catches this');
    expect(pane.isAlternate()).toBe(false);
    expect(pane.isCursorShown()).toBe(true);
  },
  longMilliseconds,
);

inTerminal(
  'ASCII without colours has neither',
  async () => {
    const pane = open('tui --device darkglass-anagram --ascii --no-color', 100, 30);
    await pane.shows('widest that fits: once full');
    const colored = pane.colored();
    // Inverse or colours of any kind would be escapes.
    expect(colored).not.toContain('\u001b');
    expect(/^[\n -~]*$/.test(colored)).toBe(true);
    pane.keys('q');
    await pane.shows('code 0');
  },
  longMilliseconds,
);

inTerminal(
  'a terminal that cannot paint gets the first screen as text',
  async () => {
    const pane = open('tui --device darkglass-anagram', 100, 30, 'dumb');
    const text = await pane.shows('code 0');
    expect(text).toContain('block loads lite');
    expect(pane.isAlternate()).toBe(false);
  },
  longMilliseconds,
);
