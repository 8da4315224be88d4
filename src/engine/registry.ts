/** All engines, in the order in which lists show them, and what convolves impulse responses beside them. */
import { audioDspTools, audioDspToolsFft } from './convolver/audiodsptools.ts';
import type { Convolver } from './convolver/convolver.ts';
import { fftConvolver } from './convolver/fftconvolver.ts';
import { pedalbenchConvolver } from './convolver/pedalbench.ts';
import type { ConvolverId, Engine } from './engine.ts';
import { namCore, namCoreInline } from './nam-core/engine.ts';
import { namCoreA2Fast } from './nam-core-a2fast/engine.ts';
import { neuralAudio } from './neural-audio/engine.ts';
import { pedalbench } from './pedalbench/engine.ts';
import { planarNeon } from './planar-neon/engine.ts';
import { t3kEmbedded } from './t3k-embedded/engine.ts';
import { tmpNam } from './tmp-nam/engine.ts';

export const engines: readonly Engine[] = [
  namCore,
  namCoreA2Fast,
  namCoreInline,
  planarNeon,
  t3kEmbedded,
  neuralAudio,
  tmpNam,
  pedalbench,
];

export function findEngine(id: string): Engine | undefined {
  return engines.find((engine) => engine.id === id);
}

export const convolvers: Readonly<Record<ConvolverId, Convolver>> = {
  audiodsptools: audioDspTools,
  'audiodsptools-fft': audioDspToolsFft,
  'nam-core': { ...namCore, id: 'nam-core', mostTaps: null },
  fftconvolver: fftConvolver,
  pedalbench: pedalbenchConvolver,
};
