/** What the page knows: open models, rows as they come in, and what is being worked out. */
import { limits } from '../nam/limits.ts';
import type { PredictRow } from '../study/predict/row.ts';
import { pageDevices } from './devices.ts';
import { passesOf } from './passes.ts';
import { copiesOf, initialState, type PageState } from './state.ts';
import { Client, DroppedError } from './worker/client.ts';
import type { ModelFile, ModelSummary } from './worker/protocol.ts';

const modelFiles = import.meta.glob<string>('../../models/*.nam', {
  eager: true,
  query: '?url',
  import: 'default',
});

const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.nam$/, '');

/** Addresses of the shipped models by id. */
const shippedModels: ReadonlyMap<string, string> = new Map(
  Object.entries(modelFiles).map(([path, url]) => [idOf(path), url]),
);

export const shippedIds: readonly string[] = [...shippedModels.keys()];

const startWorker = (): Client =>
  new Client(new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' }));

export interface Known {
  readonly models: readonly ModelSummary[];
  /** Of those, the one whose rows these are. */
  readonly shown: ModelSummary | null;
  readonly rows: readonly PredictRow[];
  readonly warnings: readonly string[];
  readonly expected: number;
  readonly working: boolean;
  /** All rows that the sentence speaks of are there. */
  readonly spoken: boolean;
  readonly fault: string | null;
}

type Listener = (known: Known) => void;

/** In the order of the command. */
const sorted = (rows: readonly PredictRow[], { widths }: ModelSummary): readonly PredictRow[] => {
  const place = new Map(widths.map(({ label }, i) => [label, i]));
  const width = (row: PredictRow): number => place.get(row.width.label) ?? 0;
  const name = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort(
    (a, b) => width(a) - width(b) || name(a.device, b.device) || a.copies - b.copies,
  );
};

/** At once; more is a folder, which the command takes. */
const mostFiles = 32;
/** As the command: not even read. */
const mostBytes = 4 * limits.textLength;

const noRows = { rows: [], warnings: [], spoken: false } as const;

class Store {
  known: Known = {
    ...{ models: [], shown: null, ...noRows },
    ...{ expected: 0, working: false, fault: null },
  };
  /** The table has a worker of its own, so that what is asked beside it does not wait for it. */
  readonly #table: Client = startWorker();
  #second: Client | null = null;
  readonly #listeners = new Set<Listener>();
  readonly #texts = new Map<string, string>();
  /** What the second worker has been given. */
  readonly #beside = new Map<string, string>();
  readonly #summaries = new Map<string, ModelSummary>();
  #current: AbortController | null = null;
  #drawing = false;

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The second worker, with every open model and these shipped ones. */
  async beside(shipped: readonly string[] = []): Promise<Client> {
    const second = this.startBeside();
    const files = shipped.filter((id) => shippedModels.has(id)).map((id) => this.#shipped(id));
    for (const { name, text } of await Promise.all(files)) this.#texts.set(name, text);
    for (const [name, text] of this.#texts) {
      if (this.#beside.get(name) === text) continue;
      const summary = await second.ask('open', { name, text });
      this.#summaries.set(name, summary);
      this.#beside.set(name, text);
    }
    return second;
  }

  /** Of a model by name, as far as it was opened. */
  widthsOf(model = ''): readonly string[] {
    const summary = this.#summaries.get(model) ?? this.#summaries.get(`models/${model}.nam`);
    return summary?.widths.map(({ label }) => label) ?? [];
  }

  /**
   * While nobody waits: works out the shape that most captures of today have. The next file finds it worked out,
   * or finds a worker that is warm.
   */
  async prepare(): Promise<void> {
    const current = new AbortController();
    this.#current = current;
    const { signal } = current;
    const shape = await this.#table.ask('open', await this.#shipped('a1-standard'), { signal });
    const setting = { engine: 'auto', blockFrames: null, clockHz: null };
    const ask = { models: [shape.origin], copies: copiesOf(initialState), ...setting };
    const devices = pageDevices.filter(({ kind }) => initialState.kinds.includes(kind));
    for (const { speaks: _, ...pass } of passesOf(shape, devices)) {
      await this.#table.ask('predict', { ...ask, ...pass }, { signal });
    }
  }

  /** Warm before it is needed. */
  startBeside(): Client {
    if (this.#second === null) {
      this.#second = startWorker();
      void this.#second.ask('ready', null).catch(() => {});
    }
    return this.#second;
  }

  async openShipped(id: string): Promise<void> {
    await this.#open([await this.#shipped(id)], []);
  }

  /** Whether any of them is open now. */
  async openFiles(files: readonly File[]): Promise<boolean> {
    const faults = files
      .filter(({ size }) => size > mostBytes)
      .map(
        (file) =>
          `${file.name}: expected a .nam file of at most ${mostBytes} bytes, got ${file.size}.`,
      );
    const some = files.filter(({ size }) => size <= mostBytes).slice(0, mostFiles);
    if (files.length > mostFiles)
      faults.push(
        `Of ${files.length} files the first ${mostFiles} were opened. The command takes whole folders.`,
      );
    const read = some.map(async (file) => ({ name: file.name, text: await file.text() }));
    return this.#open(await Promise.all(read), faults);
  }

  /** Replaces what was open. A faulty file is said, and leaves the page as it was. */
  async #open(files: readonly ModelFile[], faults: string[]): Promise<boolean> {
    const models: ModelSummary[] = [];
    for (const file of files) {
      try {
        models.push(await this.#table.ask('open', file));
        this.#texts.set(file.name, file.text);
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
    const fault = faults.length === 0 ? null : faults.join('\n');
    const [shown = null] = models;
    if (shown !== null) this.#forget(models);
    this.#set(shown === null ? { fault } : { ...noRows, models, shown, fault });
    return shown !== null;
  }

  say(fault: string | null): void {
    this.#set({ fault });
  }

  show(origin: string): void {
    const shown = this.known.models.find((model) => model.origin === origin);
    if (shown !== undefined) this.#set({ shown, ...noRows });
  }

  async predict(state: PageState): Promise<void> {
    this.#current?.abort();
    const current = new AbortController();
    this.#current = current;
    const { signal } = current;
    const { shown } = this.known;
    if (shown === null) return;
    const devices = pageDevices.filter(({ kind }) => state.kinds.includes(kind));
    const copies = copiesOf(state);
    const expected = devices.length * shown.widths.length * copies.length;
    this.#set({ ...noRows, expected, working: true });
    const rows: PredictRow[] = [];
    const warnings = new Set<string>();
    const onPart = (part: readonly PredictRow[]): void => {
      rows.push(...part);
      this.#soon(() => this.#set({ rows: [...rows] }), signal);
    };
    // Side by side engines stand in the pedal's card, and a clock is one pedal's.
    const engine = state.engine === 'all' ? 'auto' : state.engine;
    const { blockFrames } = state;
    const ask = { models: [shown.origin], copies, engine, blockFrames, clockHz: null };
    try {
      for (const { speaks, ...pass } of passesOf(shown, devices)) {
        const answer = await this.#table.ask('predict', { ...ask, ...pass }, { signal, onPart });
        for (const warning of answer.warnings) warnings.add(warning);
        if (speaks) this.#set({ rows: [...rows], spoken: true });
      }
      const all = sorted(rows, shown);
      this.#set({ rows: all, warnings: [...warnings], spoken: true, working: false });
    } catch (error) {
      if (error instanceof DroppedError) return;
      this.#set({ working: false, fault: (error as Error).message });
    }
  }

  /** Draws at most once in some frames, however fast rows come. */
  #soon(draw: () => void, signal: AbortSignal): void {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      if (!signal.aborted && this.known.working) draw();
    }, 80);
  }

  #set(change: Partial<Known>): void {
    this.known = { ...this.known, ...change };
    for (const listener of this.#listeners) listener(this.known);
  }

  /** Dropped files that are no longer open. */
  #forget(models: readonly ModelSummary[]): void {
    const open = new Set(models.map(({ origin }) => origin));
    for (const name of this.#texts.keys()) {
      if (!open.has(name) && !shippedModels.has(idOf(name))) this.#texts.delete(name);
    }
  }

  async #shipped(id: string): Promise<ModelFile> {
    const url = shippedModels.get(id);
    if (url === undefined) throw new Error(`model ${id}: not shipped with this page.`);
    const name = `models/${id}.nam`;
    return { name, text: this.#texts.get(name) ?? (await (await fetch(url)).text()) };
  }
}

export const store: Store = new Store();
