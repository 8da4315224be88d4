/**
 * Progress on stderr. On a terminal a bar that appears after a second and vanishes at the end;
 * elsewhere a line per 10 %, also only for work of more than a second.
 */
import type { Hooks } from '../workbench/hooks.ts';
import type { Call } from './call.ts';
import { Interrupted } from './cli-error.ts';

const patienceMilliseconds = 1000;
const refreshMilliseconds = 100;
const barCells = 24;

export class Progress {
  readonly #call: Call;
  readonly #what: string;
  readonly #silent: boolean;
  readonly #started: number;
  #drawn = Number.NEGATIVE_INFINITY;
  #tenths = 0;
  #visible = false;

  constructor(call: Call, what: string) {
    this.#call = call;
    this.#what = what;
    this.#silent = call.flag('quiet');
    this.#started = call.io.now();
  }

  /** `share` of the work that is done, 0 to 1. */
  update(share: number): void {
    if (this.#silent) return;
    const { now: clock, stderr } = this.#call.io;
    const now = clock();
    if (now - this.#started < patienceMilliseconds) return;
    const percent = Math.floor(Math.min(share, 1) * 100);
    if (!stderr.isTTY) {
      const tenths = Math.floor(percent / 10);
      if (tenths > this.#tenths) stderr.write(`${this.#what}: ${tenths * 10} %\n`);
      this.#tenths = Math.max(this.#tenths, tenths);
      return;
    }
    if (now - this.#drawn < refreshMilliseconds) return;
    this.#drawn = now;
    this.#visible = true;
    const full = Math.round((percent / 100) * barCells);
    const bar = '#'.repeat(full) + '.'.repeat(barCells - full);
    const line = `${this.#what} [${bar}] ${String(percent).padStart(3)} %`;
    stderr.write(`\r${line.slice(-Math.max((stderr.columns ?? 80) - 1, 10))}`);
  }

  /** Shows the share and lets signals be handled; for loops that nothing else interrupts. */
  readonly step = async (share: number): Promise<void> => {
    this.update(share);
    await this.#call.breathe();
  };

  /** Removes the bar, so that what comes next starts on a clean line. */
  end(): void {
    if (this.#visible) this.#call.io.stderr.write('\r\u001b[K');
    this.#visible = false;
  }
}

/** Work that says how far it is; the bar goes at its end. */
export const during = async <T>(
  call: Call,
  what: string,
  work: (progress: Progress) => Promise<T>,
): Promise<T> => {
  const progress = new Progress(call, what);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
};

/**
 * Follows a verb of the workbench.
 * @throws Interrupted where the user asked for it
 */
export const following = <T>(
  call: Call,
  what: string,
  verb: (hooks: Hooks) => Promise<T>,
): Promise<T> =>
  during(call, what, async (progress) => {
    const { signal } = call.io;
    try {
      return await verb({ onProgress: (share) => progress.update(share), signal });
    } catch (error) {
      throw signal.aborted ? new Interrupted() : error;
    }
  });
