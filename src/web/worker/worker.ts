/** The worker's end of the line: one question after the other, in steps, so that a dropped one stops. */
import knownRows from 'virtual:known-rows';
import type { Desk } from './desk.ts';
import { Front } from './front.ts';
import type { Asked, Context, Dropped } from './protocol.ts';

const front = new Front();
let desk: Promise<Desk> | null = null;

/** The rest of the code, when it is needed first. */
const openDesk = async (): Promise<Desk> => new (await import('./desk.ts')).Desk(front.models);

/** The kinds are those of the methods, each with the question of its name. */
const answerOf = async (kind: Asked['kind'], context: Context<never>): Promise<unknown> => {
  if (kind === 'open') return front.open(context);
  const known = kind === 'predict' ? front.predict(context) : null;
  if (known !== null) return known;
  desk ??= openDesk();
  const open = await desk;
  return (open[kind] as (context: unknown) => unknown).call(open, context);
};

const asked = new Map<number, AbortController>();

const answer = async ({ id, kind, ask }: Asked): Promise<void> => {
  const signal = asked.get(id)?.signal;
  const part = (value: unknown): void => self.postMessage({ id, kind: 'part', part: value });
  try {
    signal?.throwIfAborted();
    const context = { ask, part, signal } as Context<never>;
    self.postMessage({ id, kind: 'answer', answer: await answerOf(kind, context) });
  } catch (error) {
    self.postMessage({ id, kind: 'error', message: (error as Error).message });
  }
  asked.delete(id);
};

/** Without the rows that were worked out when the page was built, all are worked out now. */
const know = async (): Promise<void> => {
  const response = await fetch(knownRows);
  if (response.ok) front.know(await response.text());
};

let line: Promise<void> = know().catch(() => {});
self.onmessage = ({ data }: MessageEvent<Asked | Dropped>): void => {
  if (data.kind === 'drop') {
    asked.get(data.id)?.abort();
    return;
  }
  asked.set(data.id, new AbortController());
  // A file is looked at while a table is worked out, and not after it.
  if (data.kind === 'open') void answer(data);
  else line = line.then(() => answer(data));
};
