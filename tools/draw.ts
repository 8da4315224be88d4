/** Seeded numbers, and a plucked string made of them; no transcendental functions, so equal everywhere. */

/** Mulberry32: 32 bits of state, good enough for weights. */
export class Draw {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform, mean 0, variance 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    const uniform = ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    return (2 * uniform - 1) * Math.sqrt(3);
  }
}

/** Karplus-Strong: five strings one after the other, at guitar pitches and different strengths. */
export const pluck = (frames: number, seed = 7): Float32Array => {
  const draw = new Draw(seed);
  const output = new Float32Array(frames);
  const periods = [582, 436, 327, 245, 194];
  const strengths = [0.45, 0.3, 0.5, 0.15, 0.4];
  const length = Math.ceil(frames / periods.length);
  for (const [string, period] of periods.entries()) {
    const line = Float64Array.from({ length: period }, () => draw.next());
    let previous = 0;
    for (let i = 0; i < length; i++) {
      const frame = string * length + i;
      if (frame >= frames) break;
      const at = i % period;
      const value = line[at] ?? 0;
      line[at] = 0.498 * (value + previous);
      previous = value;
      output[frame] = value * (strengths[string] ?? 0) * 0.8;
    }
  }
  return output;
};
