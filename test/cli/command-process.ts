/** The command as a real process, in a shell, from source. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const root: string = resolve(import.meta.dirname, '../..');

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'pedalbench-process-'));

const loader = resolve(root, 'node_modules/tsx/dist/loader.mjs');
export const command: readonly string[] = [
  process.execPath,
  '--import',
  loader,
  join(root, 'src/cli/main.ts'),
];

export interface Ended {
  /** As a shell has it: 128 and the number of the signal, where one ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of bash in which `$pb` is the command; the code is that of the line. */
export const shell = (line: string, cwd: string = root): Ended => {
  const script = `pb() { ${command.map((word) => `'${word}'`).join(' ')} "$@"; }; ${line}`;
  try {
    const stdout = execFileSync('bash', ['-c', script], { cwd, stdio: 'pipe', encoding: 'utf8' });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, stdout, stderr };
  }
};

const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

export interface Running {
  readonly ended: Promise<Ended>;
  readonly kill: (signal: keyof typeof numbers) => void;
  /** Resolves when stderr holds the text. */
  readonly says: (text: string) => Promise<void>;
}

/** The command, under way; nobody reads its stdout where `reads` is false. */
export const start = (words: readonly string[], cwd: string = root, reads = true): Running => {
  const [program = '', ...given] = command;
  const child = spawn(program, [...given, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  const waiting: (() => void)[] = [];
  if (reads) {
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
  }
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    for (const look of waiting) look();
  });
  return {
    ended: new Promise((done) => {
      child.on('exit', (code, signal) => {
        const number = numbers[signal as keyof typeof numbers] ?? 0;
        done({ code: code ?? 128 + number, stdout, stderr });
      });
    }),
    kill: (signal) => void child.kill(signal),
    says: (text) =>
      new Promise((done) => {
        const look = (): void => {
          if (stderr.includes(text)) done();
        };
        waiting.push(look);
        look();
      }),
  };
};
