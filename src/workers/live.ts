import { fileBeside } from './threads.ts';

/** Where the live worker lies: built, or in source where the house runs from source. */
export const liveWorkerFile = (): URL => fileBeside(import.meta.url, 'live-worker');
