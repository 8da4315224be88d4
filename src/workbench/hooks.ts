/** How a verb is followed and stopped, and how it is made of its steps. */
import { finish, type Steps } from '../study/cost/steps.ts';
import { checkOptions } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface Hooks {
  /** Hears the share of the work that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Aborted: the verb throws the signal's reason at its next step. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws WorkbenchError 'bad-option' */
export const checkHooks = (hooks: Hooks): Hooks => {
  checkOptions('hooks', hooks, ['onProgress', 'signal']);
  return hooks;
};

/** Lets timers, signals and input be handled. */
export const pause = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else {
      // A browser's timers wait four milliseconds; a message does not.
      const { port1, port2 } = new MessageChannel();
      // Node's types and the browser's differ; both have these two.
      const end = port1 as unknown as { onmessage: () => void; close: () => void };
      end.onmessage = () => {
        end.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });

/** Works through, with a pause after every step. */
export const workThrough = async <T>(steps: Steps<T>, hooks: Hooks = {}): Promise<T> => {
  const { onProgress, signal } = checkHooks(hooks);
  signal?.throwIfAborted();
  let step = steps.next();
  while (!step.done) {
    onProgress?.(step.value);
    await pause();
    signal?.throwIfAborted();
    step = steps.next();
  }
  onProgress?.(1);
  return step.value;
};

/**
 * A verb that lets the rest of the program go on between its steps.
 * @param workbench where names are looked up, and what keeps costs between calls
 * @param request names or objects; its fields say units and defaults
 * @param hooks how far it is, 0 to 1, and a signal that stops it: the promise is then rejected with the signal's reason
 * @throws WorkbenchError 'bad-option' for an option that there is not or that cannot be
 */
export type Verb<Request, Result> = (
  workbench: Workbench,
  request: Request,
  hooks?: Hooks,
) => Promise<Result>;
/** The same without a pause: it returns what the verb's promise would give, and throws alike. */
export type SyncVerb<Request, Result> = (workbench: Workbench, request: Request) => Result;

export const inSteps =
  <Request, Result>(steps: SyncVerb<Request, Steps<Result>>): Verb<Request, Result> =>
  async (workbench, request, hooks) =>
    workThrough(steps(workbench, request), hooks);

export const atOnce =
  <Request, Result>(steps: SyncVerb<Request, Steps<Result>>): SyncVerb<Request, Result> =>
  (workbench, request) =>
    finish(steps(workbench, request));

export const inOneStep =
  <Request, Result>(verb: SyncVerb<Request, Result>): Verb<Request, Result> =>
  async (workbench, request, hooks = {}) => {
    const { onProgress, signal } = checkHooks(hooks);
    await pause();
    signal?.throwIfAborted();
    const result = verb(workbench, request);
    onProgress?.(1);
    return result;
  };
