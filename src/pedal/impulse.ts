/** A built-in impulse response of any length. */
import { Random } from '../units/random.ts';

/** A seeded decaying noise with a loud start, as loud as a cabinet: the cost depends on its length only. */
export const builtInImpulse = (taps: number): Float32Array => {
  const random = new Random(1, 'cabinet');
  const impulse = new Float32Array(taps);
  let level = 0.5;
  for (let i = 0; i < taps; i += 1) {
    impulse[i] = i === 0 ? 1 : level * (random.unit() - 0.5);
    level *= 0.99;
  }
  return impulse;
};
