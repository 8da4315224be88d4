/**
 * The loop of the screen: keys and answers become events, wants become questions to workers, states
 * become lines. Nothing here waits for a worker.
 */
import type { Asked, ScreenWorkers } from '../workers/screen/screen-pool.ts';
import type { ScreenTask } from '../workers/screen/task.ts';
import { reduce, type TuiEvent } from './reduce.ts';
import { keyOf, wantsOf } from './select.ts';
import type { State } from './state.ts';
import { widthAt } from './view/matrix.ts';
import { withHelpOn } from './view/render-view.ts';

/** What the session needs of a terminal. */
export interface Terminal {
  size(): { readonly cols: number; readonly rows: number };
  draw(lines: readonly string[]): void;
  onKey(handle: (key: string, char: string | null) => void): void;
  onResize(handle: () => void): void;
  /** A click in this column, from 1; the handler says whether that chose something. */
  onPoint(handle: (column: number) => boolean): void;
  /** Leaves the terminal as it was found. May be called twice. */
  close(): void;
}

export interface SessionOptions {
  readonly terminal: Terminal;
  readonly render: (state: State, cols: number, rows: number) => readonly string[];
  /** Milliseconds. */
  readonly now: () => number;
  /** Writes the view somewhere and says where, or why not. */
  readonly exportView: (state: State, cols: number, rows: number) => string;
}

/** Ten a second while somebody types, four while only numbers move. */
const keyDrawMilliseconds = 100;
const dataDrawMilliseconds = 250;
const watchMilliseconds = 1000;
/** Without a word for so long, a worker is shown as stalled. */
const silentAfterSeconds = { widths: 15, rows: 15, explain: 15, timeline: 8, play: 5 } as const;
/** Answers that no view wants any more are kept, up to so many. */
const keptAnswers = 400;

interface PendingQuery {
  readonly task: ScreenTask;
  readonly asked: Asked;
  lastReportAt: number;
  /** Pedals of a play that have before: until all have, it is being costed. */
  readonly reported: Set<string>;
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'its worker ran out of memory';
  const text = message ?? String(error);
  return /worker.*(exit|terminat)|thread/i.test(text) ? `its worker died: ${text}` : text;
};

export class Session {
  state: State;
  /** Draws so far, for measurements. */
  draws = 0;
  private readonly options: SessionOptions;
  private workers: ScreenWorkers | null = null;
  private readonly queries = new Map<string, PendingQuery>();
  private end: (how: 'asked' | 'interrupted') => void = () => {};
  private readonly ended = new Promise<'asked' | 'interrupted'>((resolve) => {
    this.end = resolve;
  });
  private closed = false;
  private lastDraw = Number.NEGATIVE_INFINITY;
  private lastKeyDraw = Number.NEGATIVE_INFINITY;
  private drawTimer: NodeJS.Timeout | null = null;
  private drawAt = Number.POSITIVE_INFINITY;
  private readonly watch: NodeJS.Timeout;

  constructor(state: State, options: SessionOptions) {
    this.state = state;
    this.options = options;
    const { terminal } = options;
    const view = () => ({ ...terminal.size(), color: false, ascii: false });
    terminal.onKey((key, char) => {
      this.dispatch({ type: 'key', key, char });
      this.state = withHelpOn(this.state, view());
    });
    terminal.onResize(() => this.drawBy(0, false));
    terminal.onPoint((column) => {
      const before = this.state.width;
      this.dispatch({ type: 'point', width: widthAt(this.state, view(), column) });
      return this.state.width !== before;
    });
    this.watch = setInterval(() => this.lookForSilence(), watchMilliseconds);
    this.draw();
  }

  /** From now on questions are answered. */
  connect(workers: ScreenWorkers): void {
    this.workers = workers;
    this.ask();
  }

  /** Resolves when somebody has had enough. */
  over(): Promise<'asked' | 'interrupted'> {
    return this.ended;
  }

  interrupt(): void {
    this.end('interrupted');
  }

  close(): void {
    this.closed = true;
    clearInterval(this.watch);
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
    this.options.terminal.close();
  }

  dispatch(event: TuiEvent): void {
    if (this.closed) return;
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state === before) return;
    const { quit, paused } = this.state;
    if (quit !== null) {
      this.end(quit);
      return;
    }
    if (paused !== before.paused) {
      for (const { asked } of this.queries.values()) asked.order(paused ? 'pause' : 'resume');
    }
    if (this.state.exportAs !== null) this.exportNow();
    const asks = event.type === 'key' || event.type === 'catalogue' || event.type === 'point';
    if (asks) this.ask();
    const [last, pause] = asks
      ? [this.lastKeyDraw, keyDrawMilliseconds]
      : [this.lastDraw, dataDrawMilliseconds];
    this.drawBy(Math.max(0, last + pause - this.options.now()), asks);
  }

  private exportNow(): void {
    const { cols, rows } = this.options.terminal.size();
    const text = this.options.exportView(this.state, cols, rows);
    this.state = reduce(this.state, { type: 'exported', text });
  }

  /** Draws in so many milliseconds, or earlier where that was planned already. */
  private drawBy(milliseconds: number, forKey: boolean): void {
    const at = this.options.now() + milliseconds;
    if (this.closed || at >= this.drawAt) return;
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
    this.drawAt = at;
    this.drawTimer = setTimeout(() => {
      if (forKey) this.lastKeyDraw = this.options.now();
      this.draw();
    }, milliseconds);
  }

  private draw(): void {
    this.drawTimer = null;
    this.drawAt = Number.POSITIVE_INFINITY;
    if (this.closed) return;
    this.lastDraw = this.options.now();
    this.draws += 1;
    const { terminal, render } = this.options;
    const { cols, rows } = terminal.size();
    terminal.draw(render(this.state, cols, rows));
  }

  /** Compares what the view needs with what is there and under way, and starts what may start. */
  private ask(): void {
    const { workers } = this;
    if (workers === null || this.closed) return;
    const wants = wantsOf(this.state).map((task) => ({ id: keyOf(task), task }));
    this.drop(new Set(wants.map(({ id }) => id)));
    for (const { id, task } of wants) {
      if (this.state.known.has(id) || this.queries.has(id)) continue;
      this.state = reduce(this.state, { type: 'waiting', id, kind: task.kind });
    }
    const queries = [...this.queries.values()];
    let questions = queries.filter(({ task }) => task.kind !== 'play').length;
    let costing = queries.some(
      ({ task, reported }) => task.kind === 'play' && reported.size < task.pedals.length,
    );
    let open = false;
    for (const { id, task } of wants) {
      const status = this.state.known.get(id)?.status;
      if (task.kind !== 'play') {
        if (status === 'waiting' && questions < workers.threads) {
          questions += 1;
          this.start(id, task, workers);
        }
        open ||= status === 'waiting' || status === 'working';
      } else if (status === 'waiting' && !open && !costing) {
        // One pedal is costed after the other, in the order in which they are looked at.
        costing = true;
        this.start(id, task, workers);
      }
    }
  }

  private start(id: string, task: ScreenTask, workers: ScreenWorkers): void {
    const asked = workers.ask(task, (report) => {
      const query = this.queries.get(id);
      if (query === undefined) return;
      query.lastReportAt = this.options.now();
      const before = query.reported.size;
      if (report.kind === 'pedals')
        for (const { label } of report.pedals) query.reported.add(label);
      this.dispatch({ type: 'report', id, report });
      if (query.reported.size !== before) this.ask();
    });
    this.queries.set(id, { task, asked, lastReportAt: this.options.now(), reported: new Set() });
    this.state = reduce(this.state, { type: 'working', id });
    if (this.state.paused) asked.order('pause');
    asked.answer.then(
      (value) => this.landed(id, { type: 'answer', id, value }),
      (error: unknown) => this.landed(id, { type: 'failed', id, reason: reasonOf(error) }),
    );
  }

  private landed(id: string, event: TuiEvent): void {
    // A play that was stopped has been dropped already.
    if (!this.queries.delete(id)) return;
    this.dispatch(event);
    this.ask();
  }

  /** Stops pedals that nobody looks at, and forgets answers when there are too many. */
  private drop(wanted: ReadonlySet<string>): void {
    const stopped: string[] = [];
    for (const [id, { task, asked }] of this.queries) {
      if (wanted.has(id) || task.kind !== 'play') continue;
      asked.order('stop');
      this.queries.delete(id);
      stopped.push(id);
    }
    const unused = [...this.state.known].filter(([id]) => !wanted.has(id) && !this.queries.has(id));
    // What was only waited for is asked for again when it is wanted again.
    const waited = unused.filter(([, { status }]) => status === 'waiting');
    const answers = unused.filter(([, { status }]) => status === 'ready' || status === 'failed');
    const old = answers.slice(0, Math.max(0, answers.length - keptAnswers));
    const ids = [...stopped, ...[...waited, ...old].map(([id]) => id)];
    if (ids.length > 0) this.state = reduce(this.state, { type: 'forgotten', ids });
  }

  private lookForSilence(): void {
    for (const [id, { task, lastReportAt }] of this.queries) {
      const seconds = (this.options.now() - lastReportAt) / 1000;
      if (seconds > silentAfterSeconds[task.kind]) this.dispatch({ type: 'silent', id, seconds });
    }
  }
}
