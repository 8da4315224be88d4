/** What a command sees of the world. Tests hand in a fake; only `standard-stream.ts` and this file touch the process. */
import type { MachineWords } from '../device/machine-words.ts';
import { packageRoot } from '../workbench/package-info.ts';
import { StandardStream, type TextStream } from './standard-stream.ts';

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
  stdout: new StandardStream(1, out),
  stderr: new StandardStream(2, err),
  env: process.env,
  cwd: process.cwd(),
  packageRoot,
  now: () => performance.now(),
  signal,
});
