/** What the page knows: open models, rows as they come in, and what is being worked out. */
import type { PredictRow } from '../study/predict/row.ts';
import { pageDevices } from './devices.ts';
import { copiesOf, type PageState } from './state.ts';
import { Client, DroppedError } from './worker/client.ts';
import type { ModelSummary } from './worker/protocol.ts';

const modelFiles = import.meta.glob<string>('../../models/*.nam', {
  eager: true,
  query: '?url',
  import: 'default',
});

const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.nam$/, '');

/** Addresses of the shipped models by id. */
export const shippedModels: ReadonlyMap<string, string> = new Map(
  Object.entries(modelFiles).map(([path, url]) => [idOf(path), url]),
);

const startWorker = (): Client =>
  new Client(new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' }));

/** The table has a worker of its own, so that what is asked beside it does not wait for it. */
const table: Client = startWorker();
let second: Client | null = null;
export const beside = (): Client => {
  second ??= startWorker();
  return second;
};

export interface Known {
  readonly models: readonly ModelSummary[];
  readonly rows: readonly PredictRow[];
  readonly expected: number;
  readonly working: boolean;
  readonly fault: string | null;
}

type Listener = (known: Known) => void;

export class Store {
  known: Known = { models: [], rows: [], expected: 0, working: false, fault: null };
  readonly #listeners = new Set<Listener>();
  readonly #texts = new Map<string, string>();
  #current: AbortController | null = null;
  #drawing = false;

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The text of an open model, for the second worker and for saving. */
  async openBeside(origin: string): Promise<void> {
    const text = this.#texts.get(origin);
    if (text !== undefined) await beside().ask('open', { name: origin, text });
  }

  async openShipped(id: string): Promise<ModelSummary[]> {
    const url = shippedModels.get(id);
    if (url === undefined) throw new Error(`model ${id}: not shipped with this page.`);
    const response = await fetch(url);
    return this.openTexts([{ name: `models/${id}.nam`, text: await response.text() }]);
  }

  /** Replaces what was open. A faulty file is said, and leaves the page as it was. */
  async openTexts(
    files: readonly { readonly name: string; readonly text: string }[],
  ): Promise<ModelSummary[]> {
    const models: ModelSummary[] = [];
    const faults: string[] = [];
    for (const file of files) {
      try {
        models.push(await table.ask('open', file));
        this.#texts.set(file.name, file.text);
      } catch (error) {
        faults.push((error as Error).message);
      }
    }
    const fault = faults.length === 0 ? null : faults.join('\n');
    this.#set(models.length === 0 ? { fault } : { models, rows: [], fault });
    return models;
  }

  say(fault: string | null): void {
    this.#set({ fault });
  }

  async predict(state: PageState): Promise<void> {
    this.#current?.abort();
    const current = new AbortController();
    this.#current = current;
    const { models } = this.known;
    if (models.length === 0) return;
    const devices = pageDevices.filter(({ kind }) => state.kinds.includes(kind));
    const copies = copiesOf(state);
    const widths = models.reduce((sum, model) => sum + model.widths.length, 0);
    this.#set({ rows: [], expected: devices.length * widths * copies.length, working: true });
    const rows: PredictRow[] = [];
    try {
      await table.ask(
        'predict',
        {
          models: models.map(({ origin }) => origin),
          devices: devices.map(({ id }) => id),
          copies,
          // Side by side engines stand in the pedal's card.
          engine: state.engine === 'all' ? 'auto' : state.engine,
          blockFrames: state.blockFrames,
          // A clock is one pedal's.
          clockHz: null,
        },
        {
          signal: current.signal,
          onPart: (part) => {
            rows.push(...part);
            this.#soon(() => this.#set({ rows: [...rows] }), current);
          },
        },
      );
      if (current.signal.aborted) return;
      this.#set({ rows: [...rows], working: false });
    } catch (error) {
      if (error instanceof DroppedError) return;
      this.#set({ working: false, fault: (error as Error).message });
    }
  }

  /** Draws at most once a frame, however fast rows come. */
  #soon(draw: () => void, current: AbortController): void {
    if (this.#drawing) return;
    this.#drawing = true;
    setTimeout(() => {
      this.#drawing = false;
      if (this.#current === current && this.known.working) draw();
    }, 80);
  }

  #set(change: Partial<Known>): void {
    this.known = { ...this.known, ...change };
    for (const listener of this.#listeners) listener(this.known);
  }
}
