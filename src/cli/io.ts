/** What a command sees of the world. Tests hand in a fake; only this file touches `process`. */
import { packageRoot } from '../library/package-info.ts';

/** 0 done, 1 a bar does not hold, 2 wrong usage or invalid input, 3 inconclusive, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export interface TextStream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal; null where there is none. */
  readonly columns: number | null;
}

export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths on the command line are relative to it. */
  readonly cwd: string;
  /** Where the shipped models, devices, cores and scenarios lie. */
  readonly packageRoot: string;
  /** Milliseconds, for progress only. */
  now(): number;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

const streamOf = (stream: NodeJS.WriteStream): TextStream => ({
  write: (text) => {
    stream.write(text);
  },
  get isTTY() {
    return stream.isTTY === true;
  },
  get columns() {
    return stream.isTTY === true ? stream.columns : null;
  },
});

export const processIo = (signal: AbortSignal): Io => ({
  stdout: streamOf(process.stdout),
  stderr: streamOf(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  packageRoot,
  now: () => performance.now(),
  signal,
});
