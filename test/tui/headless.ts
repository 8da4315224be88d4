/** A terminal without a window: fake streams into xterm, and what it shows. */
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

export interface Headless {
  readonly input: PassThrough & {
    isTTY: boolean;
    isRaw: boolean;
    setRawMode(raw: boolean): unknown;
  };
  readonly output: Writable & { isTTY: boolean; columns: number; rows: number };
  /** Everything written so far, as bytes of text. */
  written(): string;
  /** The lines that a person sees. */
  lines(): Promise<string[]>;
  /** The alternate screen is up. */
  isAlternate(): Promise<boolean>;
  isCursorShown(): Promise<boolean>;
  resize(cols: number, rows: number): void;
  /** Called with every write. */
  onWrite: (() => void) | null;
}

export const headless = (cols: number, rows: number): Headless => {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  let all = '';
  let settled: Promise<void> = Promise.resolve();
  const output = Object.assign(
    new Writable({
      write: (chunk, _encoding, done) => {
        const text = String(chunk);
        all += text;
        settled = new Promise((resolve) => terminal.write(text, resolve));
        world.onWrite?.();
        done();
      },
    }),
    { isTTY: true, columns: cols, rows },
  );
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(raw: boolean) {
      input.isRaw = raw;
      return input;
    },
  });
  const world: Headless = {
    input,
    output,
    written: () => all,
    lines: async () => {
      await settled;
      const { active } = terminal.buffer;
      return Array.from(
        { length: terminal.rows },
        (_, i) =>
          active.getLine(active.baseY + i)?.translateToString(false, 0, terminal.cols) ?? '',
      );
    },
    isAlternate: async () => {
      await settled;
      return terminal.buffer.active.type === 'alternate';
    },
    isCursorShown: async () => {
      await settled;
      // The last order about the cursor decides.
      return all.lastIndexOf('\u001b[?25l') < lastShow(all);
    },
    resize: (columns, lines) => {
      terminal.resize(columns, lines);
      Object.assign(output, { columns, rows: lines });
      output.emit('resize');
    },
    onWrite: null,
  };
  return world;
};

const lastShow = (text: string): number =>
  Math.max(text.lastIndexOf('\u001b[?25h'), text.lastIndexOf('\u001b[?12;25h'));

/** Looks every few milliseconds until it holds. */
export const until = async (
  what: string,
  holds: () => Promise<boolean> | boolean,
  milliseconds = 20_000,
): Promise<void> => {
  const end = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
