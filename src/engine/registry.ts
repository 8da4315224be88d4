/** All engines, in the order in which lists show them. */
import type { Engine } from './engine.ts';
import { namCore } from './nam-core/engine.ts';
import { namCoreA2Fast } from './nam-core-a2fast/engine.ts';
import { namCoreInline } from './nam-core-inline/engine.ts';
import { neuralAudio } from './neural-audio/engine.ts';
import { pedalbench } from './pedalbench/engine.ts';
import { planarNeon } from './planar-neon/engine.ts';
import { t3kEmbedded } from './t3k-embedded/engine.ts';

export const engines: readonly Engine[] = [
  namCore,
  namCoreA2Fast,
  namCoreInline,
  planarNeon,
  t3kEmbedded,
  neuralAudio,
  pedalbench,
];

export function findEngine(id: string): Engine | undefined {
  return engines.find((engine) => engine.id === id);
}
