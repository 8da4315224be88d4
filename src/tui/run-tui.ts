/** Opens the screen on the process's terminal and closes it again, whatever happens. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../units/output-file.ts';
import type { Places } from '../workbench/places.ts';
import { openBlessed, type TerminalStreams } from './blessed-terminal.ts';
import { exportView } from './export-view.ts';
import { Session } from './session.ts';
import type { Catalogue, State } from './state.ts';
import { renderView } from './view/render-view.ts';

const interruptCodes = [129, 130, 143] as const;

export interface TuiOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly term: string;
  readonly signal: AbortSignal;
  /** Exports go to the current folder. */
  readonly places: Places;
  readonly catalogue: () => Promise<Partial<Catalogue>>;
  /** @default those of the process */
  readonly streams?: Pick<TerminalStreams, 'input' | 'output'>;
}

/** A path that is free in the folder: what was exported before stays. */
const freePath = (folder: string, name: string, i = 1): string => {
  const path = join(folder, i === 1 ? name : name.replace(/(?=\.[^.]*$)/, `-${i}`));
  return existsSync(path) ? freePath(folder, name, i + 1) : path;
};

/** Says where the view went, or why not: the screen goes on in any case. */
const exporter =
  (options: TuiOptions) =>
  (state: State, cols: number, rows: number): string => {
    const format = state.exportAs;
    if (format === null) return '';
    try {
      const file = exportView(state, format, { cols, rows, ascii: options.ascii });
      if (file === null) return 'nothing to export yet: the view is still being worked on';
      const path = freePath(options.places.cwd, file.name);
      writeWhole(path, file.text);
      return `written: ${path}`;
    } catch (error) {
      return `not written: ${(error as Error).message}`;
    }
  };

export const runTui = async (
  state: State,
  options: TuiOptions,
): Promise<0 | (typeof interruptCodes)[number]> => {
  const { color, ascii, term, signal } = options;
  const streams = options.streams ?? { input: process.stdin, output: process.stdout };
  const terminal = await openBlessed({ ...streams, term, ascii });
  const session = new Session(state, {
    terminal,
    render: (now, cols, rows) => renderView(now, { cols, rows, color, ascii }),
    now: () => performance.now(),
    exportView: exporter(options),
  });
  const interrupt = (): void => session.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  let close = async (): Promise<void> => {};
  const open = async (): Promise<void> => {
    // After the first paint, which is not to wait for it.
    await new Promise((resolve) => setImmediate(resolve));
    const { openScreenPool } = await import('../workers/screen/screen-pool.ts');
    const workers = openScreenPool(options.places, Math.max(1, availableParallelism() - 1));
    close = () => workers.close();
    session.connect(workers);
    session.dispatch({ type: 'catalogue', catalogue: await options.catalogue() });
  };
  const opened = open();
  opened.catch(interrupt);
  let how: 'asked' | 'interrupted' = 'interrupted';
  try {
    if (!signal.aborted) how = await session.over();
  } finally {
    session.close();
    signal.removeEventListener('abort', interrupt);
    await opened.catch(() => {});
    await close();
  }
  // What kept it from opening is told on the restored terminal.
  await opened;
  if (how === 'asked') return 0;
  // The reason is the code of the signal that came; without one, somebody pressed Ctrl-C.
  return interruptCodes.find((code) => code === signal.reason) ?? 130;
};
