/** The worker's end of the line: one question after the other, in steps, so that a dropped one stops. */
import { Desk } from './desk.ts';
import type { Asked, Dropped } from './protocol.ts';

const desk = new Desk();
const dropped = new Set<number>();
/** Work between two looks at the line. */
const sliceMilliseconds = 40;

let sliceEnds = 0;
const channel = new MessageChannel();
let resume: () => void = () => {};
channel.port1.onmessage = () => resume();
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    resume = resolve;
    channel.port2.postMessage(null);
  });

const answer = async ({ id, kind, ask }: Asked): Promise<void> => {
  const yieldNow = async (): Promise<boolean> => {
    if (performance.now() > sliceEnds) {
      await turn();
      sliceEnds = performance.now() + sliceMilliseconds;
    }
    return !dropped.has(id);
  };
  const part = (value: unknown): void => self.postMessage({ id, kind: 'part', part: value });
  if (dropped.delete(id)) return;
  try {
    // The kinds are those of the desk's methods, each with the question of its name.
    const method = desk[kind] as (context: unknown) => unknown;
    const result = await method.call(desk, { ask, part, yieldNow });
    self.postMessage({ id, kind: 'answer', answer: result });
  } catch (error) {
    self.postMessage({ id, kind: 'error', message: (error as Error).message });
  }
  dropped.delete(id);
};

let line: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Asked | Dropped>): void => {
  if (data.kind === 'drop') dropped.add(data.id);
  // A file is looked at while a table is worked out, and not after it.
  else if (data.kind === 'open') void answer(data);
  else line = line.then(() => answer(data as Asked));
};
