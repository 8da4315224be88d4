/**
 * Executes a template: one instruction after another, lane by lane, rounded to float32 as the machine rounds. It
 * must not know rings or steps.
 */
import type {
  Address,
  BinaryOp,
  BitOp,
  Instruction,
  Register,
  UnaryOp,
} from '../../../src/kernel/instruction.ts';
import type { Node, Template } from '../../../src/kernel/template.ts';
import { KernelError } from './kernel-error.ts';

/** Lanes of a register. */
const lanes = 16;

/** Floats, and the same words as their bits: what only moves is moved as bits, as a mask may be no number. */
export class Words {
  readonly floats: Float32Array;
  readonly bits: Int32Array;

  constructor(count: number) {
    this.floats = new Float32Array(count);
    this.bits = new Int32Array(this.floats.buffer);
  }
}

/** To the nearest whole number, ties to even. */
const nearest = (x: number): number => {
  if (!(Math.abs(x) < 2 ** 23)) return x;
  const down = Math.floor(x);
  const rest = x - down;
  const whole = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
  return whole === 0 && x < 0 ? -0 : whole;
};

/** Truncates and saturates; not-a-number is zero. */
const truncated = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)));

const mask = (holds: boolean): number => (holds ? -1 : 0);

type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max';

const arithmetic: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};

const comparisons: Readonly<
  Record<Exclude<BinaryOp, Arithmetic>, (a: number, b: number) => number>
> = {
  cmpgt: (a, b) => mask(a > b),
  cmpge: (a, b) => mask(a >= b),
  cmplt: (a, b) => mask(a < b),
  cmple: (a, b) => mask(a <= b),
};

const functions: Readonly<Record<Exclude<UnaryOp, 'mov'>, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  round: nearest,
};

const ofBits: Readonly<Record<BitOp, (a: number, b: number) => number>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  iadd: (a, b) => (a + b) | 0,
  isub: (a, b) => (a - b) | 0,
  shl: (a, b) => a << b,
  shr: (a, b) => a >> b,
};

class TemplateRun {
  private readonly registers: Words;
  private readonly memory: Words;
  private readonly bases: readonly number[];
  private readonly counters: Int32Array;
  private readonly shuffled = new Int32Array(lanes);

  constructor({ registerCount, loopCount }: Template, memory: Words, bases: readonly number[]) {
    this.registers = new Words(registerCount * lanes);
    this.memory = memory;
    this.bases = bases;
    this.counters = new Int32Array(loopCount);
  }

  nodes(list: readonly Node[]): void {
    for (const node of list) {
      if (node.op !== 'loop') this.instruction(node);
      else {
        for (let i = 0; i < node.trips; i++) {
          this.counters[node.loop] = i;
          this.nodes(node.body);
        }
      }
    }
  }

  // Registers, loops and slots are those of the template: `checkRegisters` and `extentsOf` have seen to that.

  private place({ slot, offset, terms }: Address): number {
    let place = (this.bases[slot] as number) + offset;
    for (const { loop, stride } of terms) place += (this.counters[loop] as number) * stride;
    return place;
  }

  /** Moves each lane of the registers of a load or store between them and memory. */
  private move(
    { at, lanes: count, form }: Extract<Instruction, { op: 'load' | 'store' }>,
    registers: readonly Register[],
    isLoad: boolean,
  ): void {
    const [own, other] = [this.registers.bits, this.memory.bits];
    const first = this.place(at);
    const stored = form === 'dup' && !isLoad ? 1 : count;
    for (let r = 0; r < registers.length; r++) {
      const register = (registers[r] as number) * lanes;
      for (let l = 0; l < stored; l++) {
        const structure = form === 'structure' ? l * registers.length + r : r * count + l;
        const place = first + (form === 'dup' ? r : structure);
        if (isLoad) own[register + l] = other[place] as number;
        else other[place] = own[register + l] as number;
      }
    }
  }

  /** Writes so many lanes of a register, each from that lane of `a` and of `b`, or the one lane `element` of it. */
  private each(
    { dst, a, b, lanes: count }: { dst: Register; a: Register; b: Register; lanes: number },
    element: number | undefined,
    into: Float32Array | Int32Array,
    value: (a: number, b: number, lane: number) => number,
  ): void {
    const { floats } = this.registers;
    const shared = element === undefined ? null : (floats[b * lanes + element] as number);
    for (let l = 0; l < count; l++) {
      const right = shared ?? (floats[b * lanes + l] as number);
      into[dst * lanes + l] = value(floats[a * lanes + l] as number, right, l);
    }
  }

  private instruction(i: Instruction): void {
    const { floats, bits } = this.registers;
    switch (i.op) {
      case 'load':
        this.move(i, i.dst, true);
        return;
      case 'store':
        this.move(i, i.src, false);
        return;
      case 'fma': {
        // The product of two float32 is exact in float64 (48 bits of 53), so `fused` costs one rounding
        // to 53 bits and one to 24. The first can only matter when the sum lies within 2^-29 of an ulp
        // of the middle between two float32: half an ulp and a hair, and the same on every host.
        const sign = i.negate ? -1 : 1;
        const { c, fused } = i;
        this.each(i, i.element, floats, (a, b, l) => {
          const product = fused ? a * b : Math.fround(a * b);
          return (floats[c * lanes + l] as number) + sign * product;
        });
        return;
      }
      case 'binary':
        if (i.fn in comparisons) {
          this.each(i, i.element, bits, comparisons[i.fn as keyof typeof comparisons]);
        } else this.each(i, i.element, floats, arithmetic[i.fn as Arithmetic]);
        return;
      case 'unary':
        for (let l = 0; l < i.lanes; l++) {
          const [to, from] = [i.dst * lanes + l, i.a * lanes + l];
          if (i.fn === 'mov') bits[to] = bits[from] as number;
          else floats[to] = functions[i.fn](floats[from] as number);
        }
        return;
      case 'select':
        for (let l = 0; l < i.lanes; l++) {
          const chosen = bits[i.mask * lanes + l] === 0 ? i.b : i.a;
          bits[i.dst * lanes + l] = bits[chosen * lanes + l] as number;
        }
        return;
      case 'shuffle':
        i.pattern.forEach((from, l) => {
          const [register, lane] = from < i.lanes ? [i.a, from] : [i.b, from - i.lanes];
          this.shuffled[l] = bits[register * lanes + lane] as number;
        });
        bits.set(this.shuffled.subarray(0, i.pattern.length), i.dst * lanes);
        return;
      case 'const':
        floats.fill(i.value, i.dst * lanes, i.dst * lanes + i.lanes);
        return;
      case 'bits':
        for (let l = 0; l < i.lanes; l++) {
          const b = 'immediate' in i.b ? i.b.immediate : (bits[i.b.register * lanes + l] as number);
          bits[i.dst * lanes + l] = ofBits[i.fn](bits[i.a * lanes + l] as number, b);
        }
        return;
      case 'convert':
        for (let l = 0; l < i.lanes; l++) {
          const [to, from] = [i.dst * lanes + l, i.a * lanes + l];
          if (i.to === 'float') floats[to] = bits[from] as number;
          else if (i.to === 'int') bits[to] = truncated(floats[from] as number);
          else bits[to] = bits[from] as number;
        }
        return;
      case 'call': {
        const a = floats[i.a * lanes] as number;
        floats[i.dst * lanes] = i.fn.startsWith('tanh') ? Math.tanh(a) : Math.exp(a);
        return;
      }
      case 'cost':
        return;
      default:
        i satisfies never;
    }
  }
}

/** The registers that an instruction names. */
const registersOf = (i: Instruction): readonly Register[] => {
  if (i.op === 'cost') return [];
  if (i.op === 'bits') return [i.dst, i.a, ...('register' in i.b ? [i.b.register] : [])];
  const { dst, src, a, b, c, mask } = i as Readonly<
    Partial<Record<'dst' | 'src' | 'a' | 'b' | 'c' | 'mask', Register | readonly Register[]>>
  >;
  return [dst, src, a, b, c, mask].flat().filter((register) => register !== undefined);
};

/** @throws KernelError where an instruction names a register that the template has not */
export const checkRegisters = (
  template: Template,
  nodes: readonly Node[] = template.body,
): void => {
  for (const node of nodes) {
    if (node.op === 'loop') checkRegisters(template, node.body);
    else {
      const bad = registersOf(node).find((r) => !(r >= 0 && r < template.registerCount));
      if (bad === undefined) continue;
      const fault = `${template.name}: expected registers below ${template.registerCount}, got ${bad}.`;
      throw new KernelError('bad-template', fault);
    }
  }
};

/** Executes the template on `memory`; one base (in floats) per slot. */
export const runTemplate = (template: Template, memory: Words, bases: readonly number[]): void =>
  new TemplateRun(template, memory, bases).nodes(template.body);
