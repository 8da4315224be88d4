/** Work that stops now and then, so that the caller can show how far it is, or drop it. */

/** Yields the share of the work that is done, 0 to 1; a share may be given several times. */
export type Steps<T> = Generator<number, T, void>;

/** Works through without a stop. */
export const finish = <T>(steps: Steps<T>): T => {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};

/** The shares of a part of some work that goes from one share of it to another. */
export function* part<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  let step = steps.next();
  while (!step.done) {
    yield from + (to - from) * step.value;
    step = steps.next();
  }
  return step.value;
}
