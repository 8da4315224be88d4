/** What a command sees of the world. Tests hand in a fake; only this file touches the process. */
import type { MachineWords } from '../device/machine-words.ts';
import { writeSome } from '../units/output-file.ts';
import { packageRoot } from '../workbench/package-info.ts';

/**
 * 0 done, 1 a bar does not hold, 2 wrong usage or invalid input, 3 inconclusive; 129 hung up, 130 interrupted,
 * 141 nobody reads, 143 terminated.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 129 | 130 | 141 | 143;

/** What a signal ends a command with, and what the command's `AbortSignal` gives as its reason. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type EndSignal = keyof typeof signalCodes;

export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths on the command line are relative to it. */
  readonly cwd: string;
  /** Where the shipped models, devices, cores and scenarios lie. */
  readonly packageRoot: string;
  /** What the system says of the machine. @default asked when it is needed */
  readonly machine?: MachineWords | undefined;
  /** Milliseconds, for progress only. */
  now(): number;
  /** Aborted when the user interrupts; the reason is the exit code. */
  readonly signal: AbortSignal;
}

/** Widths of the terminals behind stdout and stderr; null where there is none. */
export type Terminals = readonly [stdout: number | null, stderr: number | null];

export const processIo = (signal: AbortSignal, [out, err]: Terminals): Io => ({
  stdout: standardStream(1, out),
  stderr: standardStream(2, err),
  env: process.env,
  cwd: process.cwd(),
  packageRoot,
  now: () => performance.now(),
  signal,
});

/** Where a command writes text. */
export interface TextStream {
  /** `commands`: the text's lines may be commands to the job engine that reads them; others are kept from it. */
  write(text: string, commands?: 'commands'): void;
  readonly isTTY: boolean;
  /** Width of the terminal; null where there is none. */
  readonly columns: number | null;
  /** Why nothing more arrives: EPIPE where the reader is gone, ENOSPC where a disk is full. @default none */
  readonly fault?: NodeJS.ErrnoException | null;
}

/** What a terminal or a reader of lines may act on. Colours and the rubbing out of a line are ours. */
const unsafe =
  /\u001b\[(?:\d+m|K)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** A line that GitHub's job engine takes for a command. */
const engineCommand = /^(\s*)(::|##\[)/gm;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * stdout or stderr. Written to at once and to the end, so that a reader sets the pace and nothing is lost when the
 * process ends; a fault is kept and not thrown, because who has earned an exit code ends with it.
 * @param columns of the terminal that it is; null where it is none
 */
const standardStream = (descriptor: number, columns: number | null): TextStream => {
  const isTTY = columns !== null;
  const stream = {
    ...{ isTTY, columns },
    fault: null as NodeJS.ErrnoException | null,
    write: (text: string, commands?: 'commands'): void => {
      if (stream.fault !== null) return;
      const safe = text.replace(unsafe, (found) =>
        isTTY && (found.length > 1 || found === '\r') ? found : escaped(found),
      );
      const quoted = commands === undefined ? safe.replace(engineCommand, '$1\\$2') : safe;
      const bytes = Buffer.from(quoted);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSome(descriptor, bytes.subarray(at), null);
      } catch (error) {
        stream.fault = error as NodeJS.ErrnoException;
      }
    },
  };
  return stream;
};
