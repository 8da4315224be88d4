/**
 * Seeded randomness: xoshiro128** (Blackman and Vigna), filled by splitmix32. Integers only inside,
 * so that a seed means the same numbers on every host.
 */

/** The output of splitmix32 in a state; the next state is `splitmixStep` further. */
const splitmix32 = (state: number): number => {
  let z = state ^ (state >>> 16);
  z = Math.imul(z, 0x21f0aaad);
  z ^= z >>> 15;
  z = Math.imul(z, 0x735a2d97);
  return z ^ (z >>> 15);
};
const splitmixStep = 0x9e3779b9;

/** A 32-bit number for a name, so that each purpose draws from its own stream (FNV-1a). */
const hashName = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** Two generators with the same seed and purpose draw the same numbers, whatever else is drawn. */
  constructor(seed: number, purpose: string = '') {
    let state = (seed | 0) ^ Math.imul(Math.floor(seed / 0x100000000) | 0, 0x9e3779b1);
    state ^= hashName(purpose);
    const draw = (): number => {
      state = (state + splitmixStep) | 0;
      return splitmix32(state);
    };
    this.a = draw();
    this.b = draw();
    this.c = draw();
    // The generator must not start with all its state zero.
    this.d = draw() | 1;
  }

  /** 0 .. 2^32 - 1. */
  uint32(): number {
    const x = Math.imul(this.b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9);
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  /** In [0, 1), a multiple of 2^-32. */
  unit(): number {
    return this.uint32() / 0x100000000;
  }

  /** An integer from `min` to `max`, both included. The span must stay below 2^32. */
  integer(min: number, max: number): number {
    return max <= min ? min : min + Math.floor(this.unit() * (max - min + 1));
  }
}
