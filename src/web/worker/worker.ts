/** The worker's end of the line: one question after the other, in steps, so that a dropped one stops. */
import knownRows from 'virtual:known-rows';
import { Desk } from './desk.ts';
import type { Asked, Dropped } from './protocol.ts';

const desk = new Desk();
const asked = new Map<number, AbortController>();

const answer = async ({ id, kind, ask }: Asked): Promise<void> => {
  const signal = asked.get(id)?.signal;
  const part = (value: unknown): void => self.postMessage({ id, kind: 'part', part: value });
  try {
    signal?.throwIfAborted();
    // The kinds are those of the desk's methods, each with the question of its name.
    const method = desk[kind] as (context: unknown) => unknown;
    const result = await method.call(desk, { ask, part, signal });
    self.postMessage({ id, kind: 'answer', answer: result });
  } catch (error) {
    self.postMessage({ id, kind: 'error', message: (error as Error).message });
  }
  asked.delete(id);
};

/** Without the rows that were worked out when the page was built, all are worked out now. */
const know = async (): Promise<void> => {
  const response = await fetch(knownRows);
  if (response.ok) desk.know(await response.text());
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
