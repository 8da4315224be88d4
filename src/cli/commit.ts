/** The state of the checkout that is measured: what the pipeline says, else what git says. */
import { spawnSync } from 'node:child_process';
import type { Io } from './io.ts';

export interface Commit {
  readonly at: string;
  readonly date: string | null;
}

/** Where pipelines put the commit. */
const variables = ['GITHUB_SHA', 'CI_COMMIT_SHA'] as const;

export const commitOf = (io: Io): Commit => {
  const said = variables.map((name) => io.env[name]).find((value) => value !== undefined);
  const words = ['show', '-s', '--format=%H %cI', said ?? 'HEAD'];
  const { status, stdout } = spawnSync('git', words, { cwd: io.cwd, encoding: 'utf8' });
  const [at, date] = status === 0 ? stdout.trim().split(' ') : [];
  return { at: at ?? said ?? 'unknown', date: date ?? null };
};
