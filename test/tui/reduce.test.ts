import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bindings } from '../../src/tui/keys.ts';
import { narrowed } from '../../src/tui/picker.ts';
import { reduce } from '../../src/tui/reduce.ts';
import {
  keyOf,
  selectedDevice,
  selectedWidth,
  visibleDevices,
  wantsOf,
} from '../../src/tui/select.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { keysMarkdown } from '../../tools/keys-markdown.ts';
import { answered, press, root, start } from './world.ts';

const kindsOf = (state: Parameters<typeof wantsOf>[0]): string[] =>
  wantsOf(state).map(({ kind }) => kind);

test('no key means two things, and every command has one', () => {
  const keys = bindings.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(bindings.every((binding) => binding.keys.length > 0)).toBe(true);
});

test("the documents' table of keys is the one of the program", () => {
  expect(readFileSync(join(root, 'docs/tui.md'), 'utf8')).toContain(keysMarkdown());
});

test('the widest width is selected first, and arrows and letters move', () => {
  const state = answered(start(), 0.2);
  expect(selectedWidth(state)?.label).toBe('full');
  expect(selectedWidth(press(state, 'left'))?.label).toBe('lite');
  expect(selectedWidth(press(state, 'h', 'l'))?.label).toBe('full');
  const devices = visibleDevices(state);
  expect(selectedDevice(press(state, 'down'))).toBe(devices[1]);
  expect(selectedDevice(press(state, 'j', 'j', 'k'))).toBe(devices[1]);
  expect(selectedDevice(press(state, 'G'))).toBe(devices.at(-1));
  expect(selectedDevice(press(state, 'up'))).toBe(devices[0]);
});

test('a filter shows what contains it, enter keeps it, esc clears it', () => {
  const state = press(answered(start(), 0.2), '/', ...'dwarf');
  expect(visibleDevices(state).map(({ id }) => id)).toEqual(['mod-dwarf']);
  // Letters that are keys elsewhere are letters here.
  expect(press(state, 'q').quit).toBe(null);
  const kept = press(state, 'return');
  expect(kept.mode.kind).toBe('browse');
  expect(selectedDevice(kept)?.id).toBe('mod-dwarf');
  expect(press(kept, 'escape').filter).toBe('');
  expect(press(state, 'escape').filter).toBe('');
});

test('a filter finds engines and verdicts too', () => {
  const state = answered(start(), 0.2);
  expect(visibleDevices(press(state, '/', ...'neural-audio')).every((d) => d.plays)).toBe(true);
  expect(visibleDevices(press(state, '/', ...'unknown')).some((d) => !d.plays)).toBe(true);
});

test('brackets step from the own block of the selected pedal', () => {
  const state = press(answered(start(), 0.2), '/', ...'dwarf', 'return');
  expect(press(state, ']').settings.blockFrames).toBe(192);
  expect(press(state, '[').settings.blockFrames).toBe(96);
  expect(press(state, ']', ']', '0').settings.blockFrames).toBe(null);
});

test('a change asks anew for what it changes and keeps the rest', () => {
  const state = answered(start('mod-dwarf'), 0.2);
  const before = new Set(wantsOf(state).map(keyOf));
  const smaller = wantsOf(press(state, '['));
  expect(smaller.filter((task) => task.kind === 'rows').every((t) => !before.has(keyOf(t)))).toBe(
    true,
  );
  expect(smaller.filter((task) => task.kind === 'widths').every((t) => before.has(keyOf(t)))).toBe(
    true,
  );
  // Back at the old settings everything is known again.
  expect(wantsOf(press(state, '[', '0')).every((task) => before.has(keyOf(task)))).toBe(true);
  // A sort, a filter or another screen asks for nothing that was not wanted.
  expect(wantsOf(press(state, 's')).every((task) => before.has(keyOf(task)))).toBe(true);
});

test('each screen wants what it shows, the selected pedal first', () => {
  const state = answered(start('mod-dwarf'), 0.2);
  expect(kindsOf(state).slice(0, 3)).toEqual(['widths', 'rows', 'play']);
  const [, rows, play] = wantsOf(state);
  expect(rows).toMatchObject({ device: 'mod-dwarf', copies: [1, 2] });
  expect(play).toMatchObject({ pedals: [{ label: 'lite' }, { label: 'full' }] });
  expect(kindsOf(press(state, 'e'))).toContain('explain');
  expect(kindsOf(press(state, 'd'))).toContain('play');
  const matrix = wantsOf(start());
  expect(matrix.filter(({ kind }) => kind === 'rows').length).toBeGreaterThan(30);
});

test('copies, clock and engine reach the questions', () => {
  const state = press(answered(start('mod-dwarf'), 0.2), '3', '-');
  const rows = wantsOf(state).find((task) => task.kind === 'rows');
  expect(rows).toMatchObject({ copies: [3], setting: { clockShare: 0.75 } });
  const play = wantsOf(answeredAgain(state)).find((task) => task.kind === 'play');
  expect(play?.kind === 'play' && play.pedals[0]?.job.scenario).toMatchObject({
    clockHz: Math.round(1296e6 * 0.75),
  });
  expect(play?.kind === 'play' && play.pedals[0]?.job.scenario.slots).toHaveLength(3);
  const engine = press(state, 'n', ...'neural', 'return');
  expect(engine.settings.engine).toBe('neural-audio');
});

const answeredAgain = (state: Parameters<typeof answered>[0]) => answered(state, 0.2);

test('the rig view holds two models and widths to begin with, and p goes round the chains', () => {
  const state = press(answered(start('mod-dwarf'), 0.2), 'd');
  expect(state.rig.slots).toMatchObject([{ model: 'a2' }, { model: 'a2' }]);
  const second = press(state, 'down', 'm', ...'lstm', 'return');
  expect(second.rig.slots).toMatchObject([{ model: 'a2' }, { model: 'lstm-1x16' }]);
  expect(second.settings.model).toBe('a2');
  const narrow = press(state, 'left', 'p');
  const rig = wantsOf(narrow).find((task) => task.kind === 'play');
  expect(rig?.kind === 'play' && rig.pedals[0]?.job.scenario).toMatchObject({
    chain: 'parallel',
    slots: [
      { name: 'A', model: 'a2', width: 'lite' },
      { name: 'B', model: 'a2', width: 'full' },
    ],
  });
  expect(press(narrow, 'p', 'p').rig.chain).toBe('serial');
});

test('a rig takes impulse responses, built in or of a file, and gives slots up', () => {
  const state = press(answered(start('mod-dwarf'), 0.2), 'd', 'down', 'a', ...'of 2048', 'return');
  expect(state.rig).toMatchObject({ slots: [{}, {}, { ir: 2048 }], focus: 2 });
  const longer = press(state, 'right');
  expect(longer.rig.slots[2]).toEqual({ ir: 4096 });
  const play = wantsOf(longer).find((task) => task.kind === 'play');
  expect(play?.kind === 'play' && play.pedals[0]?.job.scenario.slots).toMatchObject([
    { name: 'A', model: 'a2', width: 'full' },
    { name: 'B', model: 'a2', width: 'full' },
    { name: 'C', ir: { taps: 4096 } },
  ]);
  for (const typed of ['cab.wav', 'irs/room.WAV']) {
    const file = press(longer, 'm', ...typed, 'return');
    expect(file.rig.slots[2]).toEqual({ ir: typed });
    expect(press(file, 'right')).toEqual(file);
  }
  const fewer = press(longer, 'up', 'delete');
  expect(fewer.rig).toMatchObject({ slots: [{ model: 'a2' }, { ir: 4096 }], focus: 1 });
  expect(press(fewer, 'delete', 'delete', 'delete').rig.slots).toHaveLength(1);
  const most = press(state, ...Array.from({ length: 9 }, () => ['a', 'return']).flat());
  expect(most.rig.slots).toHaveLength(6);
});

test('a page, the end and the first line of the help are reached by their keys', () => {
  const view = { cols: 80, rows: 24, color: false, ascii: false };
  const shown = (...keys: readonly string[]): string =>
    renderView(press(start(), '?', ...keys), view).join('\n');
  expect(shown()).toMatch(/help: every key +\n.* k {9}move up/);
  for (const key of ['pagedown', 'end', 'G']) {
    expect(shown(key)).not.toContain('move up');
    expect(shown(key)).toContain('/ find');
    expect(shown(key, key === 'pagedown' ? 'pageup' : 'g')).toContain('move up');
  }
  expect(shown('end')).toContain('what the product is known to run');
});

test('the signs of the table are explained below it and in the help', () => {
  const told = (state: ReturnType<typeof start>): string =>
    renderView(state, { cols: 120, rows: 90, color: false, ascii: false })
      .join('')
      .replace(/\s+/g, ' ');
  expect(told(start())).toContain('fits?: likely, not sure');
  const help = told(press(start(), '?'));
  for (const sign of ['cell is', 'in [ ]', 'worst (the', 'xruns (blocks', 'confid. is']) {
    expect(help).toContain(sign);
  }
});

test('the help shows the keys that a search finds, and letters are letters there', () => {
  const state = press(answered(start(), 0.2), '?', '/', ...'quit', 'backspace', ...'t q');
  expect(state.quit).toBe(null);
  expect(state.mode).toEqual({ kind: 'help', top: 0, typed: 'quit q' });
  const found = press(answered(start(), 0.2), '?', '/', ...'inference');
  const text = renderView(found, { cols: 80, rows: 24, color: false, ascii: false }).join('\n');
  expect(text).toMatch(/help: \/inference_ +\n {2}n {11}choose the inference library/);
  expect(text).not.toContain('move up');
  expect(press(found, 'escape').mode.kind).toBe('browse');
});

test('t opens a run of the selected pedal, and of no other', () => {
  const jobs = ['pi-4', 'mod-dwarf'].map((device) => ({ scenario: { device } }));
  const entry = { id: 'both', title: '', fault: null, jobs } as never;
  const on = (device: string) => {
    const state = answered(start(device), 0.2);
    return press({ ...state, catalogue: { ...state.catalogue, scenarios: [entry] } }, 't').scenario;
  };
  expect(on('mod-dwarf')).toEqual({ id: 'both', job: 1, block: null });
  expect(on('mod-duo-x').id).toBe(null);
});

test('a list narrows as one types, and esc closes it', () => {
  const list = press(answered(start(), 0.2), 'm', ...'lst');
  if (list.mode.kind !== 'picker') throw new Error('expected a list');
  expect(narrowed(list.mode.picker).map(({ value }) => value)).toEqual(['lstm-1x16']);
  expect(press(list, 'escape').mode.kind).toBe('browse');
  expect(press(list, 'return').settings.model).toBe('lstm-1x16');
});

test('a model is also taken by the path of its file', () => {
  const state = press(answered(start(), 0.2), 'm', ...'mine/a.nam', 'return');
  expect(state.mode.kind).toBe('browse');
  expect(state.settings.model).toBe('mine/a.nam');
});

test('export asks for a format, quit for nothing', () => {
  const state = answered(start(), 0.2);
  expect(press(state, 'x', 'return').exportAs).toBe('json');
  expect(press(state, 'x', 'down', 'return').exportAs).toBe('svg');
  expect(press(state, 'q').quit).toBe('asked');
  expect(press(state, 'C-c').quit).toBe('interrupted');
  expect(press(state, '/', 'C-c').quit).toBe('interrupted');
});

test('esc goes back the way one came', () => {
  const state = press(answered(start(), 0.2), 'return', 'e', 'd');
  expect(state.screen).toBe('rig');
  expect(press(state, 'escape').screen).toBe('explain');
  expect(press(state, 'escape', 'escape').screen).toBe('pedal');
  expect(press(state, 'escape', 'escape', 'escape').screen).toBe('matrix');
});

test('loads of a pedal that plays are kept up to a length, in order', () => {
  let state = answered(start('mod-dwarf'), 0.2);
  for (let i = 0; i < 400; i += 1) state = answeredOnce(state);
  const play = [...state.known.values()].find((known) => known.kind === 'play');
  expect(play?.history.lite?.length).toBe(512);
});

const answeredOnce = (state: Parameters<typeof answered>[0]) => {
  const play = [...state.known.entries()].find(([, known]) => known.kind === 'play');
  const report = play?.[1].kind === 'play' ? play[1].value : null;
  if (play === undefined || report === null) throw new Error('expected a pedal that plays');
  return reduce(state, { type: 'report', id: play[0], report: { kind: 'pedals', pedals: report } });
};
