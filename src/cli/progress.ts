/**
 * Progress on stderr. On a terminal a bar that appears after a second and vanishes at the end;
 * elsewhere a line per 10 %, also only for work of more than a second.
 */
import type { Hooks } from '../workbench/hooks.ts';
import type { Args } from './args.ts';
import { Interrupted } from './cli-error.ts';
import type { Io } from './io.ts';
import { breathe } from './output.ts';

const patienceMilliseconds = 1000;
const refreshMilliseconds = 100;
const barCells = 24;

export class Progress {
  readonly #io: Io;
  readonly #what: string;
  readonly #silent: boolean;
  readonly #started: number;
  #drawn = Number.NEGATIVE_INFINITY;
  #tenths = 0;
  #visible = false;

  constructor(args: Args, io: Io, what: string) {
    this.#io = io;
    this.#what = what;
    this.#silent = args.flag('quiet');
    this.#started = io.now();
  }

  /** `share` of the work that is done, 0 to 1. */
  update(share: number): void {
    if (this.#silent) return;
    const now = this.#io.now();
    if (now - this.#started < patienceMilliseconds) return;
    const percent = Math.floor(Math.min(share, 1) * 100);
    if (!this.#io.stderr.isTTY) {
      const tenths = Math.floor(percent / 10);
      if (tenths > this.#tenths) this.#io.stderr.write(`${this.#what}: ${tenths * 10} %\n`);
      this.#tenths = Math.max(this.#tenths, tenths);
      return;
    }
    if (now - this.#drawn < refreshMilliseconds) return;
    this.#drawn = now;
    this.#visible = true;
    const full = Math.round((percent / 100) * barCells);
    const bar = '#'.repeat(full) + '.'.repeat(barCells - full);
    const columns = this.#io.stderr.columns ?? 80;
    const line = `${this.#what} [${bar}] ${String(percent).padStart(3)} %`;
    this.#io.stderr.write(`\r${line.slice(-Math.max(columns - 1, 10))}`);
  }

  /** Shows the share and lets signals be handled; for loops that nothing else interrupts. */
  readonly step = async (share: number): Promise<void> => {
    this.update(share);
    await breathe(this.#io);
  };

  /**
   * Follows a verb, and removes the bar at its end.
   * @throws Interrupted where the user asked for it
   */
  async of<T>(verb: (hooks: Hooks) => Promise<T>): Promise<T> {
    const { signal } = this.#io;
    try {
      return await verb({ onProgress: (share) => this.update(share), signal });
    } catch (error) {
      throw signal.aborted ? new Interrupted() : error;
    } finally {
      this.end();
    }
  }

  /** Removes the bar, so that what comes next starts on a clean line. */
  end(): void {
    if (this.#visible) this.#io.stderr.write('\r\u001b[K');
    this.#visible = false;
  }
}
