/**
 * A template as a WebAssembly function of its slots' byte addresses and the frames that are valid.
 * Loops over frames run only as far as frames are valid.
 */
import type { Address, Instruction } from '../../kernel/instruction.ts';
import type { Loop, Node, Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { CodeWriter, type VectorOp, WasmError } from './code-writer.ts';
import type { ModuleWriter } from './module-writer.ts';

/** A slot's base, or one moved by loop counters. */
interface Pointer {
  readonly local: number;
  /** One loop further in. */
  readonly moved: Moved[];
}

interface Moved extends Pointer {
  /** What it is before its innermost loop. */
  readonly parent: Pointer;
  readonly strideBytes: number;
  readonly loop: number;
}

const loads = { 1: 'v128.load32_zero', 2: 'v128.load64_zero', 4: 'v128.load' } as const;

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

/** The registers that an instruction reads. */
function readsOf(i: Instruction): readonly number[] {
  switch (i.op) {
    case 'store':
      return i.src;
    case 'fma':
      return [i.a, i.b, i.c];
    case 'binary':
    case 'shuffle':
      return [i.a, i.b];
    case 'select':
      return [i.mask, i.a, i.b];
    case 'bits':
      return 'register' in i.b ? [i.a, i.b.register] : [i.a];
    case 'unary':
    case 'convert':
    case 'call':
      return [i.a];
    default:
      return [];
  }
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
  private readonly movedBy = new Map<number, Moved[]>();
  /** Of every load and store, in the order of the template. */
  private readonly pointers: Pointer[] = [];
  private usedPointers = 0;
  /** How often each register is read. */
  private readonly reads: Uint32Array;
  /** Locals of the registers, allotted as they appear. */
  private readonly vectors: Int32Array;
  private vectorCount = 0;
  private readonly frames: number;
  private readonly counters: number;
  private integers = 0;

  constructor(template: Template, blockFrames: number) {
    this.template = template;
    this.blockFrames = blockFrames;
    this.frames = template.slots.length;
    this.counters = this.frames + 1;
    this.slots = template.slots.map((_, local) => ({ local, moved: [] }));
    this.reads = new Uint32Array(template.registerCount);
    this.vectors = new Int32Array(template.registerCount).fill(-1);
  }

  write(module: ModuleWriter): number {
    this.integers = this.template.loopCount;
    this.survey(this.template.body);
    this.nodes(this.template.body);
    const locals = [[this.integers, 'i32'] as const, [this.vectorCount, 'v128'] as const];
    return module.add(this.frames + 1, locals, this.code);
  }

  private fault(what: string): WasmError {
    return new WasmError(`${this.template.name}: ${what}`);
  }

  private register(register: number): number {
    let index = this.vectors[register] ?? -1;
    if (index < 0) {
      index = this.vectorCount++;
      this.vectors[register] = index;
    }
    return this.counters + this.integers + index;
  }

  /** Takes the result from the stack. */
  private result(register: number): void {
    this.code.set(this.register(register));
  }

  /**
   * Allots a pointer to each combination of a slot and loop counters, so that addresses need no
   * arithmetic, and counts what products are used for.
   */
  private survey(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (node.op === 'loop') {
        if (node.trips > 0) this.survey(node.body);
        continue;
      }
      if (node.op === 'load' || node.op === 'store') this.pointers.push(this.pointer(node.at));
      for (const register of readsOf(node)) this.reads[register] = (this.reads[register] ?? 0) + 1;
    }
  }

  private pointer({ slot, terms }: Address): Pointer {
    let pointer = this.slots[slot];
    if (!pointer) throw this.fault(`an access to a slot ${slot} that it does not have`);
    // Loops are numbered as they open: an inner one has the larger number.
    const ordered = terms.length > 1 ? [...terms].sort((a, b) => a.loop - b.loop) : terms;
    for (const { loop, stride } of ordered) pointer = this.movedPointer(pointer, loop, 4 * stride);
    return pointer;
  }

  private movedPointer(parent: Pointer, loop: number, strideBytes: number): Pointer {
    for (const known of parent.moved) {
      if (known.loop === loop && known.strideBytes === strideBytes) return known;
    }
    const local = this.counters + this.integers++;
    const made: Moved = { local, parent, strideBytes, loop, moved: [] };
    parent.moved.push(made);
    memoize(this.movedBy, loop, () => []).push(made);
    return made;
  }

  private nextPointer(): Pointer {
    return this.pointers[this.usedPointers++] as Pointer; // surveyed in the same order
  }

  /** Pushes the base and returns the byte offset that the instruction adds. */
  private base(pointer: Pointer, offset: number): number {
    this.code.get(pointer.local);
    if (offset >= 0) return 4 * offset;
    this.code.constant(4 * offset).op('i32.add');
    return 0;
  }

  private nodes(nodes: readonly Node[]): void {
    let added = false;
    nodes.forEach((node, i) => {
      if (added) added = false;
      else if (node.op === 'loop') this.loop(node);
      else if (this.multiplyAdd(node, nodes[i + 1])) added = true;
      else this.instruction(node);
    });
  }

  /** A product that only the next instruction adds stays on the stack: a third less to encode and compile. */
  private multiplyAdd(product: Instruction, sum: Node | undefined): boolean {
    if (product.op !== 'binary' || product.fn !== 'mul') return false;
    if (sum?.op !== 'binary' || sum.fn !== 'add' || sum.element !== undefined) return false;
    const { dst, a, b, element } = product;
    if (sum.b !== dst || sum.a === dst || this.reads[dst] !== 1) return false;
    if (product.lanes > 4 || sum.lanes > 4) return false;
    this.push(sum.a);
    this.push(a);
    this.push(b, element);
    this.code.simd('f32x4.mul').simd('f32x4.add');
    this.result(sum.dst);
    return true;
  }

  private loop({ loop, trips, framesPerTrip, body }: Loop): void {
    const { code } = this;
    if (trips === 0) return;
    if (trips === 1 || framesPerTrip === undefined) code.constant(trips);
    else if (trips * framesPerTrip === this.blockFrames) this.validTrips(framesPerTrip);
    else throw this.fault(`a block of ${this.blockFrames} frames in tiles of ${framesPerTrip}`);
    const counter = this.counters + loop;
    code.set(counter);
    const moved = this.movedBy.get(loop) ?? [];
    for (const { parent, local } of moved) code.get(parent.local).set(local);
    code.loop();
    this.nodes(body);
    for (const { local, strideBytes } of moved) {
      code.get(local).constant(strideBytes).op('i32.add').set(local);
    }
    code.get(counter).constant(1).op('i32.sub').tee(counter).branchIf(0).op('end');
  }

  /** Pushes the trips that hold valid frames. */
  private validTrips(framesPerTrip: number): void {
    const { code } = this;
    code.get(this.frames);
    if (framesPerTrip === 1) return;
    code.constant(framesPerTrip - 1).op('i32.add');
    const shift = Math.log2(framesPerTrip);
    if (Number.isInteger(shift)) code.constant(shift).op('i32.shr_u');
    else code.constant(framesPerTrip).op('i32.div_u');
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
        this.load(i);
        return;
      case 'store':
        this.store(i);
        return;
      case 'fma':
        if (i.fused) throw this.fault('a fused multiply-add');
        this.push(i.c);
        this.push(i.a);
        this.push(i.b, i.element);
        code.simd('f32x4.mul').simd(i.negate ? 'f32x4.sub' : 'f32x4.add');
        break;
      case 'binary':
        this.push(i.a);
        this.push(i.b, i.element);
        code.simd(binaryOps[i.fn]);
        break;
      case 'unary':
        this.push(i.a);
        // A mask that stays in a register: compilers make that of f32x4.abs anew each time.
        if (i.fn === 'abs') code.splat(0x7fffffff).simd('v128.and');
        else if (i.fn !== 'mov') code.simd(unaryOps[i.fn]);
        break;
      case 'select':
        this.push(i.a);
        this.push(i.b);
        this.push(i.mask);
        code.simd('v128.bitselect');
        break;
      case 'shuffle': {
        this.push(i.a);
        this.push(i.b);
        const toFour = (from: number): number => (from < i.lanes ? from : from - i.lanes + 4);
        code.shuffle(i.lanes === 4 ? i.pattern : i.pattern.map(toFour));
        break;
      }
      case 'const':
        code.splat(bitsOf(i.value));
        break;
      case 'bits':
        this.push(i.a);
        if (i.fn === 'shl' || i.fn === 'shr') {
          if (!('immediate' in i.b)) throw this.fault('a shift by a register');
          code.constant(i.b.immediate);
        } else if ('immediate' in i.b) code.splat(i.b.immediate);
        else this.push(i.b.register);
        code.simd(bitOps[i.fn]);
        break;
      case 'convert':
        this.push(i.a);
        if (i.to === 'float') code.simd('f32x4.convert_i32x4_s');
        else if (i.to === 'int') code.simd('i32x4.trunc_sat_f32x4_s');
        break;
      case 'call':
        throw this.fault(`a call of ${i.fn}`);
      case 'cost':
        return;
      default:
        i satisfies never;
        return;
    }
    this.result(i.dst);
  }

  private load({ at, dst, form, lanes }: Instruction & { op: 'load' }): void {
    if (form === 'structure') throw this.fault('an interleaved load');
    const pointer = this.nextPointer();
    dst.forEach((register, n) => {
      const offset = this.base(pointer, at.offset);
      if (form === 'dup') this.code.vectorMemory('v128.load32_splat', offset + 4 * n);
      else this.code.vectorMemory(loads[lanes as 1 | 2 | 4], offset + 4 * n * lanes); // at most 4
      this.result(register);
    });
  }

  private store({ at, src, form, lanes }: Instruction & { op: 'store' }): void {
    if (form === 'structure') throw this.fault('an interleaved store');
    const pointer = this.nextPointer();
    src.forEach((register, n) => {
      const offset = this.base(pointer, at.offset) + 4 * n * lanes;
      this.push(register);
      if (lanes === 4) this.code.vectorMemory('v128.store', offset);
      else this.code.storeLane(lanes === 2 ? 'v128.store64_lane' : 'v128.store32_lane', offset);
    });
  }
}
