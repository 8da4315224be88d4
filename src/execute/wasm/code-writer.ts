/** Instructions of WebAssembly, by the names of its specification. SIMD of 128 bits, none of the relaxed ones. */
import { ByteWriter } from './byte-writer.ts';

/** A kernel holds what WebAssembly cannot do: a fault of the lowering, never of a model. */
export class WasmError extends Error {
  readonly code = 'not-in-webassembly';

  constructor(message: string) {
    super(`${message} cannot be compiled to WebAssembly.`);
    this.name = 'WasmError';
  }
}

export const valueTypes = { i32: 0x7f, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

const plain = {
  end: 0x0b,
  return: 0x0f,
  'i32.lt_s': 0x48,
  'i32.gt_s': 0x4a,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.and': 0x71,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
} as const;

const vector = {
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'f32x4.ge': 0x46,
  'f32x4.nearest': 0x6a,
  'i32x4.shl': 0xab,
  'i32x4.shr_s': 0xac,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'i32x4.trunc_sat_f32x4_s': 0xf8,
  'f32x4.convert_i32x4_s': 0xfa,
} as const;

const vectorMemory = {
  'v128.load': 0x00,
  'v128.load32_splat': 0x09,
  'v128.store': 0x0b,
  'v128.load32_zero': 0x5c,
  'v128.load64_zero': 0x5d,
} as const;

const vectorLaneMemory = { 'v128.store32_lane': 0x5a, 'v128.store64_lane': 0x5b } as const;
const scalarMemory = { 'i32.load': 0x28, 'i32.store': 0x36 } as const;

export type PlainOp = keyof typeof plain;
export type VectorOp = keyof typeof vector;
export type VectorMemoryOp = keyof typeof vectorMemory;

const simdPrefix = 0xfd;
/** log2 of the alignment that is promised: four bytes. */
const alignment = 2;
const noResult = 0x40;

export class CodeWriter {
  readonly bytes: ByteWriter = new ByteWriter();

  op(name: PlainOp): this {
    this.bytes.byte(plain[name]);
    return this;
  }

  simd(name: VectorOp): this {
    this.bytes.pair(simdPrefix, vector[name]);
    return this;
  }

  vectorMemory(name: VectorMemoryOp, offset: number): this {
    this.bytes.pair(simdPrefix, vectorMemory[name]).pair(alignment, offset);
    return this;
  }

  /** Stores the first lane, or the first two. */
  storeLane(name: keyof typeof vectorLaneMemory, offset: number): this {
    this.bytes.pair(simdPrefix, vectorLaneMemory[name]).pair(alignment, offset).byte(0);
    return this;
  }

  scalarMemory(name: keyof typeof scalarMemory, offset: number): this {
    this.bytes.byte(scalarMemory[name]).pair(alignment, offset);
    return this;
  }

  /** Lanes of four bytes from two vectors: 0 to 3 of the first, 4 to 7 of the second. */
  shuffle(pattern: readonly number[]): this {
    const { bytes } = this;
    bytes.pair(simdPrefix, 0x0d);
    for (let lane = 0; lane < 4; lane++) {
      const from = 4 * (pattern[lane] ?? 0);
      bytes.pair(from, from + 1).pair(from + 2, from + 3);
    }
    return this;
  }

  /** The same 32 bits in all lanes. */
  splat(word: number): this {
    this.bytes.byte(simdPrefix).unsigned(0x0c);
    for (let lane = 0; lane < 4; lane++) {
      for (let shift = 0; shift < 32; shift += 8) this.bytes.byte((word >>> shift) & 0xff);
    }
    return this;
  }

  constant(value: number): this {
    this.bytes.byte(0x41).signed(value);
    return this;
  }

  get(local: number): this {
    this.bytes.pair(0x20, local);
    return this;
  }

  set(local: number): this {
    this.bytes.pair(0x21, local);
    return this;
  }

  tee(local: number): this {
    this.bytes.pair(0x22, local);
    return this;
  }

  call(index: number): this {
    this.bytes.byte(0x10).unsigned(index);
    return this;
  }

  loop(): this {
    this.bytes.byte(0x03).byte(noResult);
    return this;
  }

  if(): this {
    this.bytes.byte(0x04).byte(noResult);
    return this;
  }

  branchIf(depth: number): this {
    this.bytes.byte(0x0d).unsigned(depth);
    return this;
  }
}
