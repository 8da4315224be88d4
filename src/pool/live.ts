/** Where the live worker lies: built, or in source where the house runs from source. */
export const liveWorkerFile = (): URL => {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./live-worker${ending}`, import.meta.url);
};
