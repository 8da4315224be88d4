/** A world without a terminal: what a command wrote and how it ended. */

import type { ExitCode, Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Verb } from '../../src/cli/verbs.ts';
import type { MachineWords } from '../../src/device/machine-words.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';

const zen5Words: MachineWords = {
  cpuinfo:
    'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n',
  topKilohertz: 3_600_000,
  brand: null,
};

export interface Outcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  readonly packageRoot?: string;
  readonly signal?: AbortSignal;
  readonly machine?: MachineWords;
  /** Milliseconds that pass between two looks at the clock. @default 0 */
  readonly tick?: number;
  readonly verbs?: readonly Verb[];
}

export const fakeIo = (world: World = {}): { io: Io; out: string[]; err: string[] } => {
  const out: string[] = [];
  const err: string[] = [];
  const isTTY = world.isTTY ?? false;
  const columns = isTTY ? (world.columns ?? 80) : null;
  let now = 0;
  const io: Io = {
    stdout: { write: (text) => void out.push(text), isTTY, columns },
    stderr: { write: (text) => void err.push(text), isTTY, columns },
    env: {
      ...(world.columns === undefined ? {} : { COLUMNS: String(world.columns) }),
      ...world.env,
    },
    cwd: world.cwd ?? packageRoot,
    packageRoot: world.packageRoot ?? packageRoot,
    // Goldens say the same on every machine.
    machine: world.machine ?? zen5Words,
    now: () => {
      now += world.tick ?? 0;
      return now;
    },
    signal: world.signal ?? new AbortController().signal,
  };
  return { io, out, err };
};

/** Runs a command line given as one string without quoting, or as words. */
export const pedalbench = async (
  line: string | readonly string[],
  world: World = {},
): Promise<Outcome> => {
  const words = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line;
  const { io, out, err } = fakeIo(world);
  const code = await runCli(words, io, ...(world.verbs === undefined ? [] : [world.verbs]));
  return { code, stdout: out.join(''), stderr: err.join('') };
};
