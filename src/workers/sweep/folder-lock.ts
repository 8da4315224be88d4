/**
 * One process at a time in a folder of results. The lock is a file that names its process and when that started,
 * so that one which a crash left is known for what it is.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PoolError } from '../pool-error.ts';

interface Holder {
  readonly pid: number;
  /** As the system says it; a number that was given anew has another. */
  readonly started: string;
  readonly host: string;
}

/** When a process started; empty where there is none of that number. */
const startOf = (pid: number): string => {
  try {
    // The name of a program may hold anything; what follows its bracket does not.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ');
    return fields?.[19] ?? '';
  } catch {
    if (process.platform === 'linux') return '';
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
};

const holderOf = (text: string): Holder | null => {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
};

const isHeld = (holder: Holder | null): holder is Holder =>
  holder !== null && (holder.host !== hostname() || startOf(holder.pid) === holder.started);

const textAt = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

const attempts = 5;

/** Takes the folder; returns what gives it back. Throws `PoolError` where another process has it. */
export const lockFolder = (folder: string): (() => void) => {
  const path = join(folder, 'lock');
  const own = `${path}.${process.pid}.partial`;
  const holder: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname() };
  writeFileSync(own, JSON.stringify(holder));
  try {
    for (let tried = 0; tried < attempts; tried += 1) {
      try {
        // A link is made whole or not at all, and by one process alone.
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      refuseHeld(folder, path);
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new PoolError('locked', `${folder}: another pedalbench begins here. Try again.`);
};

/** Puts away a lock that nobody holds. */
const refuseHeld = (folder: string, path: string): void => {
  const text = textAt(path);
  if (text === null) return;
  const holder = holderOf(text);
  if (isHeld(holder)) {
    throw new PoolError(
      'locked',
      `${folder}: another pedalbench writes here (process ${holder.pid} on ${holder.host}). Wait for it, or give another --out folder.`,
    );
  }
  const away = `${path}.${process.pid}.stale.partial`;
  try {
    renameSync(path, away);
  } catch {
    return;
  }
  // Another process was quicker and holds it already: it gets its lock back.
  if (textAt(away) !== text) linkSync(away, path);
  rmSync(away, { force: true });
};
