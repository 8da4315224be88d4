import { afterEach, expect, test } from 'vitest';
import { openBlessed } from '../../src/tui/blessed-terminal.ts';
import { Session } from '../../src/tui/session.ts';
import type { State } from '../../src/tui/state.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import type { ScreenWorkers } from '../../src/workers/screen/screen-pool.ts';
import type { ScreenReport, ScreenTask } from '../../src/workers/screen/task.ts';
import { fullStates } from './full-states.ts';
import { type Headless, headless, until } from './headless.ts';
import { answered, pedalReport, rowsAt, start, widths } from './world.ts';

const open: Session[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

const sessionOn = async (
  world: Headless,
  state: State,
  term = 'xterm-256color',
): Promise<Session> => {
  const { input, output } = world;
  const terminal = await openBlessed({ input, output, term, ascii: false });
  const session = new Session(state, {
    terminal,
    render: (now, cols, rows) => renderView(now, { cols, rows, color: true, ascii: false }),
    now: () => performance.now(),
    exportView: () => 'written: nowhere',
  });
  open.push(session);
  return session;
};

const expected = (session: Session, cols: number, rows: number): string[] =>
  renderView(session.state, { cols, rows, color: false, ascii: false });

/** Answers at once, and says what it was asked. */
const fakeWorkers = (asked: ScreenTask[], stopped: string[] = []): ScreenWorkers => ({
  threads: 2,
  ask: (task, onReport) => {
    asked.push(task);
    if (task.kind === 'play') {
      const pedals = task.pedals.map(({ label }) => pedalReport(label, 0.3, 0));
      setTimeout(() => onReport({ kind: 'pedals', pedals } satisfies ScreenReport), 1);
    }
    const answer =
      task.kind === 'widths'
        ? Promise.resolve(widths)
        : task.kind === 'rows'
          ? Promise.resolve(rowsAt(start(), task.device, 0.1))
          : new Promise(() => {});
    return { answer, order: (order) => void stopped.push(`${task.kind} ${order}`) };
  },
  close: async () => {},
});

test.each(['xterm-256color', 'screen-256color', 'tmux-256color'])(
  'the terminal shows the lines of the view: %s',
  async (term) => {
    const world = headless(120, 40);
    const session = await sessionOn(world, answered(start(), 0.2), term);
    const wanted = expected(session, 120, 40).join('\n');
    await until('the view', async () => (await world.lines()).join('\n') === wanted);
    expect(await world.isAlternate()).toBe(true);
  },
);

test('keys change the view: arrows, letters, enter, esc, question mark', async () => {
  const world = headless(100, 30);
  const session = await sessionOn(world, answered(start(), 0.2));
  const shows = (text: string): Promise<void> =>
    until(text, async () => (await world.lines()).join('\n').includes(text));
  world.input.write('\u001b[B');
  await until('the second pedal', async () => /^▸/.test((await world.lines())[5] ?? ''));
  world.input.write('/dwarf');
  await shows('filter /dwarf_');
  world.input.write('\r');
  await shows('1 of 47 pedals');
  world.input.write('\r');
  await shows('[pedal]');
  world.input.write('?');
  await shows('esc close');
  world.input.write('\u001b');
  const wanted = expected(session, 100, 30).join('\n');
  await until('the view again', async () => (await world.lines()).join('\n') === wanted);
});

test('enter is one key, not two', async () => {
  const world = headless(100, 30);
  const session = await sessionOn(world, answered(start(), 0.2));
  world.input.write('m');
  world.input.write('\r');
  await until('the list is closed', () => session.state.mode.kind === 'browse');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(session.state.screen).toBe('matrix');
});

test('a click on the titles of the table sorts it, one on a row goes there', async () => {
  const world = headless(100, 30);
  const session = await sessionOn(world, answered(start(), 0.2));
  world.input.write('\u001b[<0;5;9M\u001b[<0;5;9m');
  await until('the row', async () => /^▸/.test((await world.lines())[8] ?? ''));
  const titles = (await world.lines()).findIndex((line) => line.includes('pedal ▲'));
  world.input.write(`\u001b[<0;5;${titles + 1}M`);
  await until('sorted', () => session.state.sort === 'load');
});

test.each([
  [80, 2],
  [140, 9],
])(
  'a click on a part of the tree goes there, one beside a list nowhere: %i columns',
  async (cols, layer) => {
    const world = headless(cols, 30);
    const session = await sessionOn(world, (await fullStates()).explain);
    const click = async (part: string): Promise<void> => {
      const lines = await world.lines();
      const row = lines.findIndex((line) => line.includes(part));
      world.input.write(`\u001b[<0;${(lines[row]?.indexOf(part) ?? 0) + 1};${row + 1}M`);
    };
    await until('the tree', async () => (await world.lines()).join().includes(`layer ${layer} `));
    await click(`layer ${layer} `);
    await until('the part', async () =>
      (await world.lines()).some((l) => l.includes(`▸ + array 0 layer ${layer} `)),
    );
    const { at } = session.state.explain;
    await click('layers in order');
    await click('floating point  ');
    await click(`layer ${layer - 1} `);
    await until('the part before', () => session.state.explain.at === at - 1);
  },
);

test('a click on the cell of a width chooses it, on its pedal and on the titles', async () => {
  const world = headless(100, 30);
  const session = await sessionOn(world, answered(start(), 0.2));
  const titlesOf = (lines: readonly string[]): number =>
    lines.findIndex((line) => line.includes('pedal ▲'));
  await until('the table', async () => titlesOf(await world.lines()) >= 0);
  const lines = await world.lines();
  const titles = titlesOf(lines);
  const [narrow, wide] = ['lite', 'full'].map((label) => (lines[titles] ?? '').indexOf(label) + 2);
  world.input.write(`\u001b[<0;${narrow};9M`);
  await until('the width', () => session.state.width === 'lite');
  expect(session.state.screen).toBe('matrix');
  await until('the row', async () => /^▸/.test((await world.lines())[8] ?? ''));
  world.input.write(`\u001b[<0;${wide};${titles + 1}M`);
  await until('the other', () => session.state.width === 'full');
  expect(session.state.sort).toBe('name');
});

test('a resize draws anew at the new size', async () => {
  const world = headless(80, 24);
  const session = await sessionOn(world, answered(start(), 0.2));
  for (const [cols, rows] of [
    [200, 60],
    [60, 15],
    [40, 10],
    [120, 40],
  ] as const) {
    world.resize(cols, rows);
    const wanted = expected(session, cols, rows).join('\n');
    await until(
      `${cols}x${rows}`,
      async () => (await world.lines()).join('\n') === wanted,
      3000,
    ).catch(async (e) => {
      console.log(wanted);
      console.log('-----');
      console.log((await world.lines()).join('\n'));
      throw e;
    });
  }
});

test('q and Ctrl-C end it, and the terminal is left as it was', async () => {
  for (const [key, how] of [
    ['q', 'asked'],
    ['\u0003', 'interrupted'],
  ] as const) {
    const world = headless(80, 24);
    const session = await sessionOn(world, answered(start(), 0.2));
    expect(world.input.isRaw).toBe(true);
    world.input.write(key);
    expect(await session.over()).toBe(how);
    session.close();
    session.close();
    expect(await world.isAlternate()).toBe(false);
    expect(await world.isCursorShown()).toBe(true);
    expect(world.input.isRaw).toBe(false);
  }
});

test('after a stop that nobody announces the terminal is raw and drawn again', async () => {
  const world = headless(80, 24);
  const session = await sessionOn(world, answered(start(), 0.2));
  const modes: boolean[] = [];
  // A stream that is raw already does nothing, as Node's: the shell cooked the terminal behind its back.
  world.input.setRawMode = (raw) => modes.push(raw);
  const wanted = expected(session, 80, 24).join('\n');
  await until('the view', async () => (await world.lines()).join('\n') === wanted);
  world.output.write('\u001b[2J\u001b[?2004l\u001b[?1000lfg');
  process.emit('SIGCONT', 'SIGCONT');
  expect(modes).toEqual([false, true]);
  await until('the view again', async () => (await world.lines()).join('\n') === wanted);
  for (const mode of ['2004', '1000', '1006']) {
    const [on, off] = ['h', 'l'].map((end) => world.written().lastIndexOf(`\u001b[?${mode}${end}`));
    expect(on).toBeGreaterThan(off ?? 0);
  }
});

test('workers are asked for what is wanted, and pedals that nobody looks at are stopped', async () => {
  const world = headless(120, 40);
  const session = await sessionOn(world, start('mod-dwarf'));
  const asked: ScreenTask[] = [];
  const orders: string[] = [];
  session.connect(fakeWorkers(asked, orders));
  await until('the pedal plays', () => asked.some(({ kind }) => kind === 'play'));
  expect(asked.slice(0, 2).map(({ kind }) => kind)).toEqual(['widths', 'rows']);
  await until('all pedals are predicted', () => asked.filter((t) => t.kind === 'rows').length > 30);
  world.input.write(' ');
  await until('a pause', () => orders.includes('play pause'));
  const before = asked.length;
  world.input.write('[');
  await until('a stop', () => orders.includes('play stop'));
  await until('another block', () =>
    asked.slice(before).some((t) => t.kind === 'rows' && t.setting.blockFrames === 96),
  );
  expect(asked.slice(before).some(({ kind }) => kind === 'widths')).toBe(false);
});

test('a worker that dies is shown, and r asks again', async () => {
  const world = headless(120, 40);
  const session = await sessionOn(world, start('mod-dwarf'));
  let attempts = 0;
  session.connect({
    ...fakeWorkers([]),
    ask: () => {
      attempts += 1;
      return { answer: Promise.reject(new Error('worker exited with code 9')), order: () => {} };
    },
  });
  await until('it is shown', async () => /failed, r retries/.test((await world.lines())[0] ?? ''));
  const before = attempts;
  world.input.write('r');
  await until('asked again', () => attempts > before);
});

test('a worker that says nothing is shown as stalled', async () => {
  const world = headless(120, 40);
  const { input, output } = world;
  let now = 0;
  const terminal = await openBlessed({ input, output, term: 'xterm', ascii: false });
  const session = new Session(start('mod-dwarf'), {
    terminal,
    render: (state, cols, rows) => renderView(state, { cols, rows, color: false, ascii: false }),
    now: () => now,
    exportView: () => '',
  });
  open.push(session);
  session.connect({
    ...fakeWorkers([]),
    ask: () => ({ answer: new Promise(() => {}), order: () => {} }),
  });
  now = 30_000;
  await until('it is shown', async () => /stalled/.test((await world.lines())[0] ?? ''));
});

test('no more than ten draws a second, however many reports come', async () => {
  const world = headless(120, 40);
  const session = await sessionOn(world, answered(start(), 0.2));
  const ids = [...session.state.known].filter(([, k]) => k.kind === 'play').map(([id]) => id);
  const began = performance.now();
  const before = session.draws;
  while (performance.now() - began < 1500) {
    for (const id of ids) {
      const pedals = [pedalReport('full', 0.5, 0)];
      session.dispatch({ type: 'report', id, report: { kind: 'pedals', pedals } });
    }
    world.input.write('j');
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const seconds = (performance.now() - began) / 1000;
  // The first is drawn at once.
  expect(session.draws - before).toBeLessThanOrEqual(10 * seconds + 1);
  expect(session.draws - before).toBeGreaterThan(3);
});
