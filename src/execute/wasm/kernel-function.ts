/**
 * A template as a WebAssembly function of its slots' byte addresses and the frames that are valid.
 * Loops over frames run only as far as frames are valid.
 */
import type { Address, Instruction } from '../../kernel/instruction.ts';
import type { Loop, Node, Template } from '../../kernel/template.ts';
import { CodeWriter, type VectorOp } from './code-writer.ts';
import type { ModuleWriter } from './module-writer.ts';
import { WasmError } from './wasm-error.ts';

/** A slot's base, or one moved by loop counters. */
interface Pointer {
  readonly local: number;
  /** What it is before its innermost loop; null for a slot. */
  readonly parent: Pointer | null;
  readonly strideBytes: number;
  /** One loop further in, by loop and stride. */
  readonly moved: Map<string, Pointer>;
}

const binaryOps = {
  add: 'f32x4.add',
  sub: 'f32x4.sub',
  mul: 'f32x4.mul',
  div: 'f32x4.div',
  min: 'f32x4.pmin',
  max: 'f32x4.pmax',
  cmpgt: 'f32x4.gt',
  cmpge: 'f32x4.ge',
  cmplt: 'f32x4.lt',
  cmple: 'f32x4.le',
} as const satisfies Record<string, VectorOp>;

const unaryOps = {
  neg: 'f32x4.neg',
  abs: 'f32x4.abs',
  sqrt: 'f32x4.sqrt',
  round: 'f32x4.nearest',
} as const satisfies Record<string, VectorOp>;

const bitOps = {
  and: 'v128.and',
  or: 'v128.or',
  xor: 'v128.xor',
  iadd: 'i32x4.add',
  isub: 'i32x4.sub',
  shl: 'i32x4.shl',
  shr: 'i32x4.shr_s',
} as const satisfies Record<string, VectorOp>;

const cell = new DataView(new ArrayBuffer(4));

/** The bits of the float32 nearest to `value`. */
function bitsOf(value: number): number {
  cell.setFloat32(0, value);
  return cell.getInt32(0);
}

export function writeKernel(module: ModuleWriter, template: Template, blockFrames: number): number {
  return new KernelWriter(template, blockFrames).write(module);
}

class KernelWriter {
  private readonly template: Template;
  private readonly blockFrames: number;
  private readonly code: CodeWriter = new CodeWriter();
  private readonly slots: readonly Pointer[];
  /** The pointers that each loop moves. */
  private readonly movedBy = new Map<number, Pointer[]>();
  private readonly pointers = new Map<Address, Pointer>();
  private readonly frames: number;
  private readonly counters: number;
  private integers = 0;

  constructor(template: Template, blockFrames: number) {
    this.template = template;
    this.blockFrames = blockFrames;
    this.frames = template.slots.length;
    this.counters = this.frames + 1;
    this.slots = template.slots.map((_, local) => ({
      local,
      parent: null,
      strideBytes: 0,
      moved: new Map(),
    }));
  }

  write(module: ModuleWriter): number {
    this.integers = this.template.loopCount;
    this.findPointers(this.template.body);
    for (const node of this.template.body) {
      if (node.op === 'loop') this.loop(node);
      else this.instruction(node);
    }
    return module.add(
      this.frames + 1,
      [
        [this.integers, 'i32'],
        [this.template.registerCount, 'v128'],
      ],
      this.code,
    );
  }

  private fault(what: string): WasmError {
    return new WasmError(`${this.template.name}: ${what}`);
  }

  private register(register: number): number {
    return this.counters + this.integers + register;
  }

  /** Allots a pointer to each combination of a slot and loop counters, so that addresses need no arithmetic. */
  private findPointers(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.op === 'loop') this.findPointers(node.body);
      else if (node.op === 'load' || node.op === 'store') {
        this.pointers.set(node.at, this.pointer(node.at));
      }
    }
  }

  private pointer({ slot, terms }: Address): Pointer {
    const base = this.slots[slot];
    if (!base) throw this.fault(`an access to a slot ${slot} that it does not have`);
    let pointer: Pointer = base;
    // Loops are numbered as they open: an inner one has the larger number.
    const ordered = terms.length > 1 ? [...terms].sort((a, b) => a.loop - b.loop) : terms;
    for (const { loop, stride } of ordered) {
      const key = `${loop}*${stride}`;
      let next: Pointer | undefined = pointer.moved.get(key);
      if (!next) {
        const local = this.counters + this.integers++;
        next = { local, parent: pointer, strideBytes: 4 * stride, moved: new Map() };
        pointer.moved.set(key, next);
        const moved = this.movedBy.get(loop);
        if (moved) moved.push(next);
        else this.movedBy.set(loop, [next]);
      }
      pointer = next;
    }
    return pointer;
  }

  /** Pushes the base and returns the byte offset that the instruction adds. */
  private base(at: Address): number {
    this.code.get(this.pointers.get(at)!.local);
    if (at.offset >= 0) return 4 * at.offset;
    this.code.constant(4 * at.offset).op('i32.add');
    return 0;
  }

  private loop(loop: Loop): void {
    const { code } = this;
    const perTrip = loop.framesPerTrip;
    if (loop.trips === 0) return;
    if (loop.trips === 1 || perTrip === undefined) code.constant(loop.trips);
    else if (loop.trips * perTrip !== this.blockFrames) {
      throw this.fault(`a block of ${this.blockFrames} frames in tiles of ${perTrip}`);
    } else if (perTrip === 1) code.get(this.frames);
    else {
      code
        .get(this.frames)
        .constant(perTrip - 1)
        .op('i32.add');
      const shift = Math.log2(perTrip);
      if (Number.isInteger(shift)) code.constant(shift).op('i32.shr_u');
      else code.constant(perTrip).op('i32.div_u');
    }
    this.loopBody(loop);
  }

  /** The number of trips is on the stack. */
  private loopBody(loop: Loop): void {
    const counter = this.counters + loop.loop;
    this.code.set(counter);
    const moved = this.movedBy.get(loop.loop) ?? [];
    for (const pointer of moved) this.code.get(pointer.parent!.local).set(pointer.local);
    this.code.loop();
    for (const node of loop.body) {
      if (node.op === 'loop') this.loop(node);
      else this.instruction(node);
    }
    for (const { local, strideBytes } of moved) {
      this.code.get(local).constant(strideBytes).op('i32.add').set(local);
    }
    this.code.get(counter).constant(1).op('i32.sub').tee(counter).branchIf(0).op('end');
  }

  private push(register: number, element?: number): void {
    this.code.get(this.register(register));
    if (element !== undefined) {
      this.code.get(this.register(register)).shuffle([element, element, element, element]);
    }
  }

  private instruction(i: Instruction): void {
    const { code } = this;
    if ('lanes' in i && i.lanes > 4) throw this.fault(`${i.lanes} lanes where WebAssembly has 4`);
    switch (i.op) {
      case 'load':
        i.dst.forEach((register, n) => {
          const offset = this.base(i.at);
          if (i.form === 'dup') code.vectorMemory('v128.load32_splat', offset + 4 * n);
          else if (i.form === 'structure') throw this.fault('an interleaved load');
          else {
            const name = { 1: 'v128.load32_zero', 2: 'v128.load64_zero', 4: 'v128.load' } as const;
            code.vectorMemory(name[i.lanes as 1 | 2 | 4], offset + 4 * n * i.lanes);
          }
          code.set(this.register(register));
        });
        return;
      case 'store':
        i.src.forEach((register, n) => {
          if (i.form === 'structure') throw this.fault('an interleaved store');
          const offset = this.base(i.at) + 4 * n * i.lanes;
          this.push(register);
          if (i.lanes === 4) code.vectorMemory('v128.store', offset);
          else code.storeLane(i.lanes === 2 ? 'v128.store64_lane' : 'v128.store32_lane', offset);
        });
        return;
      case 'fma':
        if (i.fused) throw this.fault('a fused multiply-add');
        this.push(i.c);
        this.push(i.a);
        this.push(i.b, i.element);
        code.simd('f32x4.mul').simd(i.negate ? 'f32x4.sub' : 'f32x4.add');
        code.set(this.register(i.dst));
        return;
      case 'binary':
        this.push(i.a);
        this.push(i.b, i.element);
        code.simd(binaryOps[i.fn]).set(this.register(i.dst));
        return;
      case 'unary':
        this.push(i.a);
        if (i.fn !== 'mov') code.simd(unaryOps[i.fn]);
        code.set(this.register(i.dst));
        return;
      case 'select':
        this.push(i.a);
        this.push(i.b);
        this.push(i.mask);
        code.simd('v128.bitselect').set(this.register(i.dst));
        return;
      case 'shuffle': {
        this.push(i.a);
        this.push(i.b);
        const pattern = i.pattern.map((from) => (from < i.lanes ? from : from - i.lanes + 4));
        code.shuffle(pattern).set(this.register(i.dst));
        return;
      }
      case 'const':
        code.splat(bitsOf(i.value)).set(this.register(i.dst));
        return;
      case 'bits':
        this.push(i.a);
        if (i.fn === 'shl' || i.fn === 'shr') {
          if (!('immediate' in i.b)) throw this.fault('a shift by a register');
          code.constant(i.b.immediate);
        } else if ('immediate' in i.b) code.splat(i.b.immediate);
        else this.push(i.b.register);
        code.simd(bitOps[i.fn]).set(this.register(i.dst));
        return;
      case 'convert':
        this.push(i.a);
        if (i.to === 'float') code.simd('f32x4.convert_i32x4_s');
        else if (i.to === 'int') code.simd('i32x4.trunc_sat_f32x4_s');
        code.set(this.register(i.dst));
        return;
      case 'call':
        throw this.fault(`a call of ${i.fn}`);
      case 'cost':
        return;
      default:
        i satisfies never;
    }
  }
}
