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

const orNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const textAt = (path: string): string | null => orNull(() => readFileSync(path, 'utf8'));

/** When a process started; empty where there is none of that number. */
const startOf = (pid: number): string => {
  // The name of a program may hold anything; what follows its bracket does not.
  const fields = textAt(`/proc/${pid}/stat`)?.split(')').at(-1)?.trim().split(' ');
  if (fields !== undefined || process.platform === 'linux') return fields?.[19] ?? '';
  const ask = ['-o', 'lstart=', '-p', String(pid)];
  return orNull(() => execFileSync('ps', ask, { encoding: 'utf8' }).trim()) ?? '';
};

const isHeld = (holder: Holder | null): holder is Holder =>
  holder !== null && (holder.host !== hostname() || startOf(holder.pid) === holder.started);

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
  const holder = orNull(() => JSON.parse(text) as Holder);
  if (isHeld(holder)) {
    const who = `process ${holder.pid} on ${holder.host}`;
    const message = `${folder}: another pedalbench writes here (${who}). Wait for it, or give another --out folder.`;
    throw new PoolError('locked', message);
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
