/**
 * Writes a template. Methods append one instruction each and return the register that it defines;
 * passing `into` writes to an existing register (accumulators). Loops nest by callback. Instructions
 * of one operation have the same properties in the same order, absent ones undefined: they are made
 * and read by the hundred thousand, and the host is quick with objects of one form.
 */
import QuickLRU from 'quick-lru';
import { memoize } from '../units/memoize.ts';
import type { Range } from '../units/range.ts';
import type {
  Address,
  BinaryOp,
  BitOp,
  CostKind,
  CostOnly,
  Instruction,
  Lanes,
  LibraryFunction,
  MemoryForm,
  Register,
  UnaryOp,
} from './instruction.ts';
import type { Node, Template } from './template.ts';

/** A loop's counter in addresses: `counter.times(stride)`. */
export interface Counter {
  readonly loop: number;
  times(stride: number): Term;
}

export type Term = Readonly<Record<'loop' | 'stride', number>>;

/** Options of one load or store. */
export interface MemoryOptions {
  readonly form?: MemoryForm;
  readonly wide?: boolean;
  readonly general?: boolean;
}

/** No options: shared, as most instructions have none. */
const plain = {} as const;

/** A term of stride 0 adds nothing to an address. */
const moves = ({ stride }: Term): boolean => stride !== 0;

/** Options of one operation on two values. */
export interface BinaryOptions {
  readonly element?: number | undefined;
  readonly into?: Register | undefined;
}

/** Options of one multiply-add. */
export interface FmaOptions extends BinaryOptions {
  readonly negate?: boolean;
  readonly fused?: boolean;
}

type CostOptions = Partial<Pick<CostOnly, 'chained' | 'mispredict' | 'taken' | 'on'>>;

export class KernelBuilder {
  private readonly slotNames: string[] = [];
  private readonly nodes: Node[] = [];
  private current: Node[] = this.nodes;
  private registers = 0;
  private loops = 0;

  /** Declares a slot and returns its index. */
  slot(name: string): number {
    return this.slotNames.push(name) - 1;
  }

  /** Declares several slots, in order: their indices by name. */
  slots<N extends string>(...names: readonly N[]): Readonly<Record<N, number>> {
    const indices = names.map((name) => [name, this.slot(name)] as const);
    return Object.fromEntries(indices) as Record<N, number>; // a slot for each name
  }

  register(): Register {
    return this.registers++;
  }

  registerList(count: number): Register[] {
    return Array.from({ length: count }, () => this.register());
  }

  at(slot: number, offset = 0, ...terms: readonly Term[]): Address {
    return this.address(slot, offset, terms);
  }

  /** As `at`, with terms that many addresses share. */
  address(slot: number, offset: number, terms: readonly Term[]): Address {
    return { slot, offset, terms: terms.every(moves) ? terms : terms.filter(moves) };
  }

  /** `framesPerTrip` marks a loop over the block's frames: an executor may stop it at the last valid one. */
  loop(trips: number, write: (counter: Counter) => void, framesPerTrip?: number): void {
    if (!Number.isInteger(trips) || trips < 0) {
      throw new RangeError(`Expected \`trips\` to be a whole number of iterations, got ${trips}.`);
    }
    if (trips === 0) return;
    const loop = this.loops++;
    const body = this.capture(() => write({ loop, times: (stride) => ({ loop, stride }) }));
    const frames = framesPerTrip === undefined ? {} : { framesPerTrip };
    this.current.push({ op: 'loop', loop, trips, ...frames, body });
  }

  load(at: Address, lanes: Lanes, options: MemoryOptions = plain, dst = this.register()): Register {
    this.loadMany([dst], at, lanes, options);
    return dst;
  }

  /** pair, multi, structure: several registers in one instruction. */
  loadMany(dst: readonly Register[], at: Address, lanes: Lanes, options: MemoryOptions): void {
    const { form = 'plain', wide, general } = options;
    this.emit({ op: 'load', dst, at, lanes, form, wide, general });
  }

  store(
    src: Register | readonly Register[],
    at: Address,
    lanes: Lanes,
    options: MemoryOptions = plain,
  ): void {
    const { form = 'plain', wide, general } = options;
    const registers = typeof src === 'number' ? [src] : src;
    this.emit({ op: 'store', src: registers, at, lanes, form, wide, general });
  }

  /** c + a * b (b's lane `element` for all lanes, where given), rounded once if `fused`. */
  fma(a: Register, b: Register, c: Register, lanes: Lanes, options: FmaOptions = plain): Register {
    const { element, negate, fused = true, into: dst = this.register() } = options;
    return this.define({ op: 'fma', dst, a, b, c, lanes, element, negate, fused });
  }

  /** sum += a * b (b's lane `element` for all lanes, where given), rounded once. */
  accumulate(sum: Register, a: Register, b: Register, lanes: Lanes, element?: number): void {
    this.fma(a, b, sum, lanes, { element, into: sum });
  }

  binary(
    fn: BinaryOp,
    a: Register,
    b: Register,
    lanes: Lanes,
    options: BinaryOptions = plain,
  ): Register {
    const { into: dst = this.register(), element } = options;
    return this.define({ op: 'binary', fn, dst, a, b, lanes, element });
  }

  unary(fn: UnaryOp, a: Register, lanes: Lanes, dst: Register = this.register()): Register {
    return this.define({ op: 'unary', fn, dst, a, lanes });
  }

  select(mask: Register, a: Register, b: Register, lanes: Lanes, dst = this.register()): Register {
    return this.define({ op: 'select', dst, mask, a, b, lanes });
  }

  /** mask ? a : b by a branch that is mispredicted for a share of the values. */
  choose(mask: Register, a: Register, b: Register, mispredict: Range): Register {
    const dst = this.register();
    return this.define({ op: 'select', dst, mask, a, b, lanes: 1, jump: { mispredict } });
  }

  shuffle(
    a: Register,
    b: Register,
    lanes: Lanes,
    pattern: readonly number[],
    dst: Register = this.register(),
  ): Register {
    return this.define({ op: 'shuffle', dst, a, b, lanes, pattern });
  }

  const(value: number, lanes: Lanes, dst: Register = this.register()): Register {
    return this.define({ op: 'const', dst, value, lanes });
  }

  bits(
    fn: BitOp,
    a: Register,
    b: { readonly register: Register } | { readonly immediate: number },
    lanes: Lanes,
  ): Register {
    return this.define({ op: 'bits', fn, dst: this.register(), a, b, lanes });
  }

  convert(to: 'float' | 'int' | 'narrow' | 'widen', a: Register, lanes: Lanes): Register {
    return this.define({ op: 'convert', to, dst: this.register(), a, lanes });
  }

  call(fn: LibraryFunction, a: Register): Register {
    return this.define({ op: 'call', fn, dst: this.register(), a });
  }

  cost(kind: CostKind, count = 1, options: CostOptions = plain): void {
    const { chained, mispredict, taken, on } = options;
    if (count > 0) this.emit({ op: 'cost', kind, count, chained, mispredict, taken, on });
  }

  emit(instruction: Instruction): void {
    this.current.push(instruction);
  }

  private define(instruction: Extract<Instruction, { readonly dst: Register }>): Register {
    this.current.push(instruction);
    return instruction.dst;
  }

  /** What `write` emits, kept out of the kernel: the caller places it. */
  capture(write: () => void): readonly Node[] {
    const outer = this.current;
    const captured: Node[] = [];
    this.current = captured;
    write();
    this.current = outer;
    return captured;
  }

  build(name: string): Template {
    return {
      name,
      slots: [...this.slotNames],
      registerCount: this.registers,
      loopCount: this.loops,
      body: [...this.nodes],
    };
  }
}

/** Builds each named template once while it is in use: networks share those of equal shapes, and so their timings. */
export class TemplateCache {
  private readonly templates = new QuickLRU<string, Template>({ maxSize: 2048 });

  get(name: string, write: (builder: KernelBuilder) => void): Template {
    return memoize(this.templates, name, () => {
      const builder = new KernelBuilder();
      write(builder);
      return builder.build(name);
    });
  }
}
