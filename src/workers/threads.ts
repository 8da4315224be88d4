/** What all threads need: how many are worth having, and how their files are loaded. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/** A thread's file beside the module that asks: built, or the source where the package runs from source. */
export const fileBeside = (moduleUrl: string, name: string): URL =>
  new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);

const inTypeScript = (file: URL): boolean => file.pathname.endsWith('.ts');

/** What loads TypeScript, in a checkout. */
const loader = (): URL => pathToFileURL(createRequire(import.meta.url).resolve('tsx'));

/** Workers in TypeScript, as in a checkout, need a loader; built ones do not. */
export const loaderFor = (file: URL): string[] =>
  inTypeScript(file) ? ['--import', loader().href] : [];

/** Where the live worker lies. */
export const liveWorkerFile = (): URL => fileBeside(import.meta.url, 'live-worker');

export const defaultWorkers = (): number => Math.max(1, availableParallelism());

/**
 * A thread that runs a file at once, while this one goes on without a pause; a pool's workers wait until
 * the thread that asked them listens.
 */
export const startThread = (file: URL, data: unknown, limits: ResourceLimits = {}): Worker => {
  if (!inTypeScript(file)) return new Worker(file, { workerData: data, resourceLimits: limits });
  // A thread's own file goes past a loader that is imported; what it imports later does not.
  const api = new URL('./esm/api/index.mjs', loader());
  const script = `import(${JSON.stringify(api.href)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(file.href)});
  })`;
  return new Worker(script, { eval: true, workerData: data, resourceLimits: limits });
};
