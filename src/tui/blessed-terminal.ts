/** The only file that knows blessed: keys out of a terminal, lines into it, and its state restored. */
import type { Readable, Writable } from 'node:stream';
import type { Widgets } from 'blessed';
import type { Terminal } from './session.ts';

export interface TerminalStreams {
  readonly input: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  /** `TERM` */
  readonly term: string;
  readonly ascii: boolean;
}

interface BlessedKey {
  readonly name?: string;
  readonly full?: string;
  readonly sequence?: string;
}

/** Blessed knows no dim: a grey stands for it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
const dim = /\u001b\[2m([^\u001b]*)\u001b\[22m/g;
const withGrey = (line: string): string => line.replace(dim, '\u001b[90m$1\u001b[39m');

/** The names of the key table. */
const nameOf = (char: string | undefined, key: BlessedKey): string | null => {
  // Blessed tells of return twice, as `return` and as `enter`.
  if (key.name === 'enter') return null;
  if (char === ' ') return 'space';
  if (key.full !== undefined && key.full.length > 1 && !/^S-[a-z]$/.test(key.full)) return key.full;
  return char ?? key.full ?? null;
};

/** Terminals inside screen and tmux understand what xterm does; their own entries puzzle blessed. */
const terminfo = (term: string): string =>
  /^(screen|tmux)/.test(term) || term === '' ? 'xterm-256color' : term;

export const openBlessed = async (streams: TerminalStreams): Promise<Terminal> => {
  const { input, output } = streams;
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
  const screen = blessed.screen(options as Widgets.IScreenOptions);
  const box = blessed.box({
    parent: screen,
    top: 0,
    left: 0,
    width: '100%',
    height: '100%',
    wrap: false,
  });
  let closed = false;
  return {
    size: () => ({ cols: Number(screen.width), rows: Number(screen.height) }),
    draw: (lines) => {
      if (closed) return;
      box.setContent(lines.map(withGrey).join('\n'));
      screen.render();
    },
    onKey: (handle) => {
      screen.on('keypress', (char: string | undefined, key: BlessedKey) => {
        const name = nameOf(char, key);
        if (name !== null) handle(name, char ?? null);
      });
    },
    onResize: (handle) => {
      screen.on('resize', handle);
    },
    close: () => {
      if (closed) return;
      closed = true;
      screen.destroy();
      input.setRawMode?.(false);
      input.pause();
    },
  };
};
