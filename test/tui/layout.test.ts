import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/text/text-width.ts';
import { bindings } from '../../src/tui/keys.ts';
import { treeLines } from '../../src/tui/select.ts';
import { type State, screenNames } from '../../src/tui/state.ts';
import { footerHints } from '../../src/tui/view/frame.ts';
import { headroomText } from '../../src/tui/view/parts.ts';
import { renderView, smallest, withHelpOn } from '../../src/tui/view/render-view.ts';
import { fullStates } from './full-states.ts';
import { answered, press, start } from './world.ts';

const sizes = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
  [250, 80],
] as const;

const plain = { color: false, ascii: false } as const;
const on = (state: State, screen: State['screen']): State => ({ ...state, screen });

describe.each(sizes)('at %i x %i', (cols, rows) => {
  const view = { cols, rows, ...plain };

  test.each(screenNames)('every line of %s is exactly as wide as the screen', (screen) => {
    for (const state of [start(), answered(start(), 0.2), answered(start(), 5.3)]) {
      const shown = on(state, screen);
      const lists = ['m', 'x', 'n', 'o', '?'].map((key) => press(shown, key));
      for (const each of [shown, ...lists, { ...shown, message: 'written: x'.repeat(40) }]) {
        for (const style of [plain, { color: true, ascii: false }, { color: false, ascii: true }]) {
          const lines = renderView(each, { cols, rows, ...style });
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(widthOf(line), line).toBe(cols);
        }
      }
    }
  });

  test('no column of the matrix jumps while values change', () => {
    const placesOf = (load: number): number[][] =>
      renderView(answered(start(), load), view)
        .filter((line) => /MOD|Teensy|Electro/.test(line.slice(0, 20)) && /%/.test(line))
        .map((line) => [...line.matchAll(/\b(?:fits|over|tight|2x)/g)].map((match) => match.index));
    const [first, ...others] = [0.004, 0.04, 0.16, 0.9, 12].map(placesOf);
    expect(first?.length).toBeGreaterThan(0);
    for (const places of others) expect(places).toEqual(first);
  });

  test('no column of a pedal jumps while values change', () => {
    const linesOf = (load: number): string[] =>
      renderView(on(answered(start('mod-dwarf'), load), 'pedal'), view).filter(
        (line) => /^. (?:lite|full) /.test(line) || /verdict/.test(line),
      );
    const endsOf = (load: number): number[][] =>
      linesOf(load).map((line) =>
        [...line.matchAll(/ (?:fits|over|tight)(?= |$)/g)].map((match) => match.index).slice(-1),
      );
    expect(linesOf(0.2)).toHaveLength(3);
    for (const load of [0.004, 0.16, 4]) {
      expect(linesOf(load)[0]).toBe(linesOf(0.2)[0]);
      expect(endsOf(load).map((ends) => ends.length)).toEqual(endsOf(0.2).map((e) => e.length));
    }
  });

  test('headroom is said in words', () => {
    const text = renderView(on(answered(start('mod-dwarf'), 0.2123), 'pedal'), view).join('\n');
    expect(text).toContain(headroomText(1 - 0.2123 * 6));
    expect(headroomText(1 - 0.2123 * 6)).toBe('27% over');
    expect(text).toContain('79% left');
  });

  test('help and quit stand in the last line of every screen', () => {
    for (const screen of screenNames) {
      const last = renderView(on(start(), screen), view)
        .filter((line) => line.trim() !== '')
        .at(-1);
      const hints = renderView(on(start(), screen), view).slice(-2).join(' ');
      expect(hints).toContain('? help');
      expect(last?.trimEnd()).toMatch(/^(?:.* {2})?q quit$/);
    }
  });
});

test("views full of the program's own answers keep to the screen at every size", async () => {
  const states = await fullStates();
  for (const screen of screenNames) {
    for (const [cols, rows] of sizes) {
      for (const style of [plain, { color: true, ascii: false }, { color: false, ascii: true }]) {
        const lines = renderView(states[screen], { cols, rows, ...style });
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(widthOf(line), line).toBe(cols);
      }
    }
  }
  // Nothing of the figures is cut: what has no room is left out whole.
  for (const [cols, rows] of [
    [60, 15],
    [80, 24],
    [100, 30],
    [160, 50],
  ] as const) {
    for (const screen of ['pedal', 'rig', 'scenario'] as const) {
      const lines = renderView(states[screen], { cols, rows, ...plain });
      const cut = lines.filter((line) => /…\s*$/.test(line) && !/ …\s*$/.test(line));
      expect(cut, `${screen} at ${cols}`).toEqual([]);
    }
  }
  // Where the time of a block is over, in the bars that are compared.
  const rig = renderView(states.rig, { cols: 100, rows: 30, ...plain });
  const limit = (rig.find((line) => /^ +100% *$/.test(line)) ?? '').indexOf('%');
  const bars = rig.filter((line) => line.includes('│'));
  expect(bars).toHaveLength(4);
  for (const line of bars) expect(line.indexOf('│')).toBe(limit);
  const narrow = (screen: (typeof screenNames)[number]): string =>
    renderView(states[screen], { cols: 60, rows: 15, ...plain }).join('\n');
  expect(narrow('rig')).toMatch(/headroom together +\d+% over/);
  expect(narrow('explain')).toContain('kinds of work');
  expect(narrow('scenario')).toContain('(the worst)');
});

test('headroom has a word on both sides and is empty where nothing is known', () => {
  expect(headroomText(0)).toBe('0.0% left');
  expect(headroomText(-0.004)).toBe('0.4% over');
  expect(headroomText(-31.05)).toBe('3105% over');
  expect(headroomText(null)).toBe('');
});

test('help and quit are the last hints to disappear', () => {
  for (const screen of screenNames) {
    let before = Number.POSITIVE_INFINITY;
    for (let cols = 200; cols >= 16; cols -= 1) {
      const hints = footerHints(screen, cols, 1, false)[0] ?? [];
      expect(hints.slice(-2)).toEqual(['? help', 'q quit']);
      expect(hints.length).toBeLessThanOrEqual(before);
      before = hints.length;
    }
  }
});

test('a screen that is too small says so, what it needs, and how to leave', () => {
  for (const [cols, rows] of [
    [59, 40],
    [200, 14],
    [20, 5],
  ] as const) {
    const lines = renderView(answered(start(), 0.2), { cols, rows, ...plain });
    expect(lines).toHaveLength(rows);
    expect(lines.join('\n')).toContain(`${smallest.cols}x${smallest.rows}`);
    for (const line of lines) expect(widthOf(line)).toBe(cols);
  }
});

test('without colours there are no escapes, in ASCII nothing beyond it', () => {
  const state = answered(start(), 0.2);
  for (const screen of screenNames) {
    const view = { cols: 120, rows: 40 };
    const text = renderView(on(state, screen), { ...view, ...plain }).join('');
    expect(text).not.toContain('\u001b');
    const ascii = renderView(on(state, screen), { ...view, color: false, ascii: true }).join('');
    expect(/^[ -~]*$/.test(ascii)).toBe(true);
  }
});

test('what is selected shows without colours', () => {
  const lines = renderView(answered(start(), 0.2), { cols: 120, rows: 40, ...plain });
  expect(lines.filter((line) => line.startsWith('▸ '))).toHaveLength(1);
  expect(lines.find((line) => line.startsWith('▸ '))).toMatch(/\[.*120% \(.*\) over.*\]/);
});

test('what fits once and twice stands on the first screen in words', () => {
  const text = renderView(answered(start(), 0.12), { cols: 80, rows: 24, ...plain }).join('\n');
  expect(text).toContain('widest that fits: once full, twice lite');
});

test('at 80 columns the answer and all of the selected pedal can be read', () => {
  const state = press(answered(start('mod-dwarf'), 0.12), 'tab', 'escape');
  const lines = renderView(on(state, 'matrix'), { cols: 80, rows: 24, ...plain });
  const text = lines.join('\n');
  const read = [...lines.slice(2, 4), ...lines.slice(-8)].join('\n');
  expect(read).not.toContain('…');
  expect(text).toMatch(/once .*chance.*\n {2}twice /);
  expect(text).toContain('MOD Dwarf (mod-dwarf) · full');
});

test('a worker that is silent or died is shown as such', () => {
  const id = [...answered(start(), 0.2).known.keys()].find((key) => key.includes('"rows"')) ?? '';
  const state = answered(start(), 0.2);
  const view = { cols: 120, rows: 40, ...plain };
  const failed = { ...state, known: new Map(state.known) };
  const known = state.known.get(id);
  if (known === undefined) throw new Error('expected rows');
  failed.known.set(id, {
    ...known,
    status: 'failed',
    reason: 'its worker died',
    value: null,
  } as never);
  expect(renderView(failed, view)[0]).toContain('1 failed, r retries');
  failed.known.set(id, { ...known, status: 'working', silentSeconds: 21, value: null } as never);
  const text = renderView(failed, view).join('\n');
  expect(text).toContain('1 stalled');
  expect(text).toContain('no answer for 21 s');
});

const anyKey = fc.constantFrom(
  ...bindings.flatMap(({ keys }) => keys).filter((key) => key !== 'q' && key !== 'C-c'),
  'x',
  'z',
  'backspace',
);

test('any keys in any order leave a screen of the right size', () => {
  const known = answered(start(), 0.3);
  fc.assert(
    fc.property(
      fc.array(anyKey, { maxLength: 30 }),
      fc.integer({ min: 60, max: 250 }),
      fc.integer({ min: 15, max: 80 }),
      (keys, cols, rows) => {
        const lines = renderView(press(known, ...keys), { cols, rows, ...plain });
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(widthOf(line)).toBe(cols);
      },
    ),
    { numRuns: 150 },
  );
});

test('the tree of cycles opens layer by layer, and its parts add up', async () => {
  const { explain } = await fullStates();
  const view = { cols: 160, rows: 60, ...plain };
  const closed = treeLines(explain);
  const opened = press(explain, 'down', 'return', 'down', 'return');
  const [, layer, kind, kernel] = treeLines(opened);
  expect(treeLines(opened).length).toBeGreaterThan(closed.length + 1);
  expect([layer?.depth, kind?.depth, kernel?.depth]).toEqual([0, 1, 2]);
  const sum = layer?.node.children.reduce((total, child) => total + child.cyclesPerSample, 0);
  expect(sum).toBeCloseTo(layer?.node.cyclesPerSample ?? 0, 6);
  const text = renderView(opened, view).join('\n');
  expect(text).toMatch(/ {2}▸? - .*\n.* {2}▸? {3}- /);
  // Kernels as a reader would say them.
  expect(text).toMatch(/overhead of [\d,]+ instructions/);
  expect(text).not.toMatch(/aarch64|[{}]/);
  expect(treeLines(press(opened, 'up', 'return'))).toEqual(closed);
  const narrow = renderView(opened, { cols: 100, rows: 30, ...plain }).join('\n');
  expect(narrow).toMatch(/overhead of [\d,]+ inst/);
});

test('without colours one part of the tree is marked, whatever is open', async () => {
  const { explain } = await fullStates();
  for (const cols of [80, 160]) {
    for (const keys of [[], ['down', 'down'], ['return', 'down']]) {
      const lines = renderView(press(explain, ...keys), { cols, rows: 24, ...plain });
      expect(lines.filter((line) => /(?:^| {2})▸ /.test(line))).toHaveLength(1);
    }
  }
});

test('boards of one family are told apart at 80 columns, and the selected row stands out whole', () => {
  const typed = press(answered(start(), 0.2), '/', ...'raspberry', 'return');
  const view = { cols: 80, rows: 24, color: true, ascii: false };
  const lines = renderView(typed, view);
  const rows = renderView(typed, { ...view, color: false }).filter((line) => /% \(/.test(line));
  const names = rows.slice(0, 5).map((line) => line.slice(2, 15));
  expect(new Set(names).size).toBe(5);
  const marked = lines.filter((line) => line.includes('\u001b[7m'));
  expect(marked).toHaveLength(1);
  expect(marked[0]?.replace(/\u001b\[7m[^\u001b]*\u001b\[27m/g, '')).toBe('');
});

test('the deadline shows through what is over it', () => {
  const state = { ...answered(start('mod-dwarf'), 1.5), screen: 'pedal' as const };
  const limit = renderView(state, { cols: 100, rows: 30, ...plain }).find((line) =>
    /^ *100% /.test(line),
  );
  expect(limit).toMatch(/┄ *$/);
  expect(limit).not.toContain('█');
});

test('at 100 columns all that is said of a pedal can be read, and its loads stay', () => {
  const base = answered(start('mod-dwarf'), 0.2);
  const known = new Map(
    [...base.known].map(([id, one]) => {
      const rows = one.kind === 'rows' ? (one.value ?? []) : [];
      const reasons = ['A sentence of five words. '.repeat(25).trim(), 'The last of them.'];
      return [id, rows.length ? { ...one, value: rows.map((row) => ({ ...row, reasons })) } : one];
    }),
  );
  const lines = renderView({ ...base, known } as State, { cols: 100, rows: 30, ...plain });
  expect(lines.join(' ')).toContain('The last of them.');
  expect(lines.some((line) => /^ +0% /.test(line))).toBe(true);
});

test('of the worst block as many causes are told as fit', async () => {
  const { scenario } = await fullStates();
  for (const cols of [60, 80]) {
    const text = renderView(scenario, { cols, rows: 24, ...plain }).join('\n');
    expect(text).toMatch(/cycles: work [\d,]+, \w+/);
  }
});

test('a list to choose from stands in a box, ids are whole where names are long', () => {
  const view = { cols: 60, rows: 15, ...plain };
  const lines = renderView(press(start(), 'o', 'p', 'i', '-'), view);
  expect(lines.find((line) => line.includes('┌'))).toMatch(/^ ┌─ choose the pedal {2}pi-_ ─+┐/);
  expect(lines.filter((line) => /^ │▸ .* {2}[a-z0-9-]+ *│/.test(line))).toHaveLength(1);
  const all = renderView(press(start(), 'o'), view).filter((line) => line.startsWith(' │'));
  expect(all.length).toBeGreaterThan(5);
  for (const line of all) expect(line).toMatch(/ {2}[a-z\d][a-z\d.-]+ *│ *$/);
  const added = renderView(press(answered(start('mod-dwarf'), 0.2), 'd', 'a'), view).join('\n');
  expect(added).toContain('choose what to add after the slot');
});

test('an interval that would be cut is left out', () => {
  for (const load of [9.8, 1.5]) {
    const lines = renderView(answered(start(), load / 6), { cols: 100, rows: 30, ...plain });
    const [dwarf = ''] = lines.filter((line) => line.includes('MOD Dwarf'));
    expect(dwarf).toMatch(load > 9 ? / 980% +over/ : / 150% \(\d+-\d+\) over/);
  }
});

test('each pedal has its last loads in a line, and the intervals and what plays stay at 100 columns', () => {
  const at = (cols: number): string =>
    renderView(answered(start(), 0.2), { cols, rows: 30, ...plain }).join('\n');
  for (const cols of [120, 160, 200]) expect(at(cols)).toMatch(/MOD Dwarf .* ███ +144% +0 estim/);
  expect(at(100)).toMatch(/MOD Dwarf .* 120% \(114-132\) over +144% +0 estimated/);
  const wide = renderView(press(answered(start('mod-dwarf'), 0.2)), {
    ...{ cols: 160, rows: 50 },
    ...plain,
  });
  expect(wide.filter((line) => /^─ block loads (?:full|lite) .*─$/.test(line))).toHaveLength(2);
  expect(wide.slice(-5).join('').trim()).not.toBe('');
});

test.each([
  [60, 15],
  [80, 24],
] as const)(
  'the help can be read to its end at %i x %i, and the way back begins there',
  (cols, rows) => {
    const view = { cols, rows, ...plain };
    const after = (state: State, ...keys: string[]): State =>
      keys.reduce((now, key) => withHelpOn(press(now, key), view), state);
    const bodyOf = (state: State): string => renderView(state, view).slice(2, -1).join('\n');
    let state = after(start(), '?');
    let read = bodyOf(state);
    expect(read).toContain('help: every key');
    for (let i = 0; i < 12; i += 1) {
      state = after(state, 'pagedown');
      read += bodyOf(state);
    }
    expect(read).not.toContain('…');
    for (const word of ['worst', 'xruns', 'confid.', 'chosen cell', 'leave'])
      expect(read).toContain(word);
    expect(after(start(), '?', 'G')).toEqual(state);
    expect(bodyOf(after(state, 'up'))).not.toBe(bodyOf(state));
  },
);

test('a product that takes no file plays nothing, though its chip is known', () => {
  const [known] = start().catalogue.devices.filter(({ id }) => id === 'quad-cortex');
  expect(known?.plays).toBe(false);
  const line = renderView(answered(start(), 0.2), { cols: 160, rows: 60, ...plain }).find((text) =>
    text.includes('Quad Cortex'),
  );
  expect(line).not.toMatch(/[█▁▂▃▄▅▆▇]/);
});

test('what is the default gives way to what was set, and is not cut', () => {
  const set = press(answered(start(), 0.2), '3', '+', '/', ...'dwarf', 'return');
  const [, settings = ''] = renderView(set, { cols: 60, rows: 15, ...plain });
  expect(settings).toMatch(/copies 3 .*clock 125% .*filter \/dwarf/);
  expect(settings).not.toContain('…');
});

test('what a list says of its choices begins in one column', () => {
  const lines = renderView(press(start(), 'o', 'p', 'i', '-'), { cols: 100, rows: 30, ...plain });
  const columns = lines.flatMap((line) => / {2}(?:pi-4|pi-5|pi-zero-2w)\b/.exec(line)?.index ?? []);
  expect(columns).toHaveLength(3);
  expect(new Set(columns).size).toBe(1);
});
