/** The page's end of the line to a worker: questions with answers, parts on the way, and dropping. */
import type { Answered, PartOf, QuestionKind, Questions } from './protocol.ts';

interface Open {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly part: ((part: never) => void) | undefined;
}

/** A question that was dropped has no answer. */
export class DroppedError extends Error {}

export class Client {
  readonly #worker: Worker;
  readonly #open = new Map<number, Open>();
  #next = 1;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answered>) => this.#take(data);
    worker.onerror = (event) => {
      for (const { reject } of this.#open.values()) reject(new Error(event.message));
      this.#open.clear();
    };
  }

  ask<K extends QuestionKind>(
    kind: K,
    ask: Questions[K]['ask'],
    options: { readonly onPart?: (part: PartOf<K>) => void; readonly signal?: AbortSignal } = {},
  ): Promise<Questions[K]['answer']> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject, part: options.onPart });
      options.signal?.addEventListener('abort', () => {
        this.#open.delete(id);
        this.#worker.postMessage({ id, kind: 'drop' });
        reject(new DroppedError('dropped'));
      });
      this.#worker.postMessage({ id, kind, ask });
    });
  }

  #take(data: Answered): void {
    const open = this.#open.get(data.id);
    if (open === undefined) return;
    if (data.kind === 'part') {
      open.part?.(data.part as never);
      return;
    }
    this.#open.delete(data.id);
    if (data.kind === 'answer') open.resolve(data.answer as never);
    else open.reject(new Error(data.message));
  }
}
