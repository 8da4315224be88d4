/** The only file that knows blessed: keys out of a terminal, lines into it, and its state restored. */
import type { Writable } from 'node:stream';
import type { Widgets } from 'blessed';
import type { Terminal } from './session.ts';
import { endReports, keysOf, type RawInput, wantReports } from './terminal-input.ts';

export interface TerminalStreams {
  readonly input: RawInput;
  readonly output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  /** `TERM` */
  readonly term: string;
  readonly ascii: boolean;
  /** Stops the program and whoever started it, as Ctrl-Z does. @default a signal to the process group */
  readonly suspend?: (() => void) | undefined;
}

/** Blessed knows no dim: a grey stands for it. */
const dim = /\u001b\[2m([^\u001b]*)\u001b\[22m/g;
const withGrey = (line: string): string => line.replace(dim, '\u001b[90m$1\u001b[39m');

/** The names of the key table. */
const nameOf = (char: string | undefined, { name, full }: BlessedKey): string | null => {
  // Blessed tells of return twice, as `return` and as `enter`.
  if (name === 'enter') return null;
  if (char === ' ') return 'space';
  if (full !== undefined && full.length > 1 && !/^S-[a-z]$/.test(full)) return full;
  return char ?? full ?? null;
};

type BlessedKey = { readonly name?: string; readonly full?: string };

/** Terminals inside screen and tmux understand what xterm does; their own entries puzzle blessed. */
const terminfo = (term: string): string =>
  /^(screen|tmux)/.test(term) || term === '' ? 'xterm-256color' : term;

const styles = /\u001b\[[\d;]*m/g;
const wheelLines = 3;
const endings = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** Where the list begins: before its selected row, which is inverse or marked. */
const listStarts: readonly RegExp[] = [
  /^.*?(?=\u001b\[7m)/,
  /^[\s│|]*(?=[▸>] )/,
  /^.* {2}(?=[▸>] )/,
];

/** How far a point lies below the selected row; null where no list is there. What stands left of a list is not of it. */
const rowsFromMark = (
  lines: readonly string[],
  { row, column }: { readonly row: number; readonly column: number },
): number | null => {
  const plain = (text: string): string => text.replaceAll(styles, '');
  const start = listStarts.find((one) => lines.some((line) => one.test(line)));
  const marked = lines.findIndex((line) => start?.test(line));
  const before = plain(start?.exec(lines[marked] ?? '')?.[0] ?? '').length;
  if (marked < 0 || column <= before) return null;
  const between = lines.slice(Math.min(marked, row), Math.max(marked, row) + 1);
  // Nothing, or a rule, is the end of a list.
  const isOf = (line: string): boolean => /^(?! ?[─┌└+-]).*\S/.test(plain(line).slice(before));
  return between.every(isOf) ? row - marked : null;
};

export const openBlessed = async (streams: TerminalStreams): Promise<Terminal> => {
  const { output } = streams;
  let handleKey: (key: string, char: string | null) => void = () => {};
  let handlePoint: (column: number) => boolean = () => false;
  let drawn: readonly string[] = [];
  const press = (key: string, times: number): void => {
    for (let i = 0; i < times; i += 1) handleKey(key, null);
  };
  const input = keysOf(streams.input, (event) => {
    if (event.kind === 'wheel') press(event.direction, wheelLines);
    else if (event.kind === 'suspend') suspend();
    else if (/ (?:▲|\^) /.test(drawn[event.row - 1] ?? '')) {
      if (!handlePoint(event.column)) press('s', 1);
    } else {
      const rows = rowsFromMark(drawn, { ...event, row: event.row - 1 });
      if (rows === null) return;
      press(rows < 0 ? 'up' : 'down', Math.abs(rows));
      if (!handlePoint(event.column) && rows === 0) press('return', 1);
    }
  });
  // Line drawing as UTF-8; blessed reads it when it is loaded.
  process.env.NCURSES_NO_UTF8_ACS = '1';
  const { default: blessed } = await import('blessed');
  // The types have input and output the wrong way round.
  const options: Omit<Widgets.IScreenOptions, 'input' | 'output'> & Record<string, unknown> = {
    input,
    output,
    terminal: terminfo(streams.term),
    forceUnicode: !streams.ascii,
    fullUnicode: !streams.ascii,
    smartCSR: false,
    resizeTimeout: 50,
  };
  const before = new Set<unknown>(endings.flatMap((signal) => process.listeners(signal)));
  const screen = blessed.screen(options as Widgets.IScreenOptions);
  // Not in the types: leaves the alternate screen, and comes back to it.
  const program = screen as typeof screen & { leave(): void; enter(): void };
  const place = { top: 0, left: 0, width: '100%', height: '100%' };
  const box = blessed.box({ parent: screen, ...place, wrap: false });
  let closed = false;
  output.write(wantReports);
  const leave = (): void => {
    output.write(endReports);
    program.leave();
    input.setRawMode?.(false);
  };
  const stopHere = (): void => {
    leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  // The whole group, so that the shell notices: npx stands between it and us.
  // Blessed ends the process with 0 on a signal that nobody else listens to any more.
  for (const signal of endings) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  const abandon = (): void => {
    leave();
    process.removeListener('SIGQUIT', abandon);
    process.kill(process.pid, 'SIGQUIT');
  };
  process.on('SIGQUIT', abandon);
  const suspend = streams.suspend ?? (() => process.kill(0, 'SIGTSTP'));
  const goOn = (): void => {
    if (closed) return;
    // After SIGSTOP the shell has cooked the terminal behind Node's back, for whom it is raw still.
    for (const raw of [false, true]) input.setRawMode?.(raw);
    program.enter();
    output.write(wantReports);
    screen.alloc();
    screen.render();
  };
  process.on('SIGTSTP', stopHere);
  process.on('SIGCONT', goOn);
  return {
    size: () => ({ cols: Number(screen.width), rows: Number(screen.height) }),
    draw: (lines) => {
      if (closed) return;
      drawn = lines;
      box.setContent(lines.map(withGrey).join('\n'));
      screen.render();
    },
    onKey: (handle) => {
      screen.on('keypress', (char: string | undefined, key: BlessedKey) => {
        const name = nameOf(char, key);
        if (name !== null) handle(name, char ?? null);
      });
      handleKey = handle;
    },
    onResize: (handle) => void screen.on('resize', handle),
    onPoint: (handle) => {
      handlePoint = handle;
    },
    close: () => {
      if (closed) return;
      closed = true;
      process.removeListener('SIGQUIT', abandon);
      process.removeListener('SIGTSTP', stopHere);
      process.removeListener('SIGCONT', goOn);
      output.write(endReports);
      screen.destroy();
      input.setRawMode?.(false);
      streams.input.pause();
    },
  };
};
