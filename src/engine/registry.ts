/** All engines, in the order in which lists show them. */
import type { Engine } from './engine.ts';
import { planarNeon } from './planar-neon.ts';

export const engines: readonly Engine[] = [planarNeon];

export function findEngine(id: string): Engine | undefined {
  return engines.find((engine) => engine.id === id);
}
