/** What is said of each engine beside its code: its name, the version that was read, the sources. */
import type { EngineFacts } from './engine.ts';
import said from './engines.json' with { type: 'json' };

/** What `engines.json` says of an engine. */
export const factsOf = (id: keyof typeof said.engines): EngineFacts => {
  const { fastTanh, ...facts } = said.engines[id];
  return { id, ...facts, defaultTanh: fastTanh ? 'fast' : 'libm' };
};
