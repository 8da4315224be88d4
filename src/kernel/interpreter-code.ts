/**
 * A template as a JavaScript function of its slots' base addresses: one statement per lane of each
 * instruction, rounded to float32 as the machine rounds. It must not know rings or steps.
 */
import { remember } from '../units/remember.ts';
import type { Address, Instruction, Register } from './instruction.ts';
import { KernelError } from './kernel-error.ts';
import type { Node, Template } from './template.ts';

/** Executes the template on `memory`; one base (in floats) per slot. */
export type TemplateFunction = (memory: Float32Array, ...bases: number[]) => void;

const compiled = new WeakMap<Template, TemplateFunction>();

export function compileTemplate(template: Template): TemplateFunction {
  return remember(compiled, template, instantiate);
}

const floatCell = new Float32Array(1);
const intCell = new Int32Array(floatCell.buffer);

const helpers = {
  fround: Math.fround,
  /** The float with these bits. */
  toFloat: (bits: number): number => {
    intCell[0] = bits;
    return floatCell[0]!;
  },
  toBits: (value: number): number => {
    floatCell[0] = value;
    return intCell[0]!;
  },
  /** To the nearest whole number, ties to even. */
  nearest: (x: number): number => {
    if (!(Math.abs(x) < 8388608)) return x;
    const down = Math.floor(x);
    const rest = x - down;
    if (rest < 0.5 || (rest === 0.5 && down % 2 === 0)) return down === 0 && x < 0 ? -0 : down;
    return down + 1 === 0 ? -0 : down + 1;
  },
  /** Truncates and saturates; not-a-number is zero. */
  toInt: (x: number): number =>
    Number.isNaN(x) ? 0 : Math.max(-2147483648, Math.min(2147483647, Math.trunc(x))),
  tanh: Math.tanh,
  exp: Math.exp,
};

function instantiate(template: Template): TemplateFunction {
  const ints = intRegisters(template);
  const lanes = widths(template);
  const lines: string[] = [];
  const names: string[] = [];
  lanes.forEach((count, register) => {
    for (let lane = 0; lane < count; lane++) names.push(`r${register}_${lane}=0`);
  });
  for (let lane = 0; lane < 16; lane++) names.push(`t${lane}=0`);
  lines.push(`let ${names.join(',')};`);

  const variable = (register: Register, lane: number): string => `r${register}_${lane}`;
  const asFloat = (register: Register, lane: number): string =>
    ints.has(register) ? `toFloat(${variable(register, lane)})` : variable(register, lane);
  const asBits = (register: Register, lane: number): string =>
    ints.has(register) ? variable(register, lane) : `toBits(${variable(register, lane)})`;
  const setFloat = (register: Register, lane: number, value: string): void => {
    lines.push(`${variable(register, lane)}=${ints.has(register) ? `toBits(${value})` : value};`);
  };
  const setBits = (register: Register, lane: number, value: string): void => {
    lines.push(`${variable(register, lane)}=${ints.has(register) ? value : `toFloat(${value})`};`);
  };
  const place = (at: Address, index: number): string => {
    const constant = at.offset + index;
    const parts = [`b${at.slot}`];
    if (constant !== 0) parts.push(`${constant}`);
    for (const term of at.terms) parts.push(`c${term.loop}*${term.stride}`);
    return `M[${parts.join('+').replaceAll('+-', '-')}]`;
  };
  const memoryIndex = (
    form: string,
    registers: number,
    lanesOf: number,
    register: number,
    lane: number,
  ): number =>
    form === 'dup'
      ? register
      : form === 'structure'
        ? lane * registers + register
        : register * lanesOf + lane;

  const emit = (i: Instruction): void => {
    switch (i.op) {
      case 'load':
        i.dst.forEach((register, n) => {
          for (let l = 0; l < i.lanes; l++) {
            setFloat(register, l, place(i.at, memoryIndex(i.form, i.dst.length, i.lanes, n, l)));
          }
        });
        return;
      case 'store':
        i.src.forEach((register, n) => {
          for (let l = 0; l < (i.form === 'dup' ? 1 : i.lanes); l++) {
            const index = memoryIndex(i.form, i.src.length, i.lanes, n, l);
            lines.push(`${place(i.at, index)}=${asFloat(register, l)};`);
          }
        });
        return;
      case 'fma': {
        // The product of two float32 is exact in float64 (48 bits of 53), so `fused` costs one rounding
        // to 53 bits and one to 24. The first can only matter when the sum lies within 2^-29 of an ulp
        // of the middle between two float32: half an ulp and a hair, and the same on every host.
        const sign = i.negate ? '-' : '+';
        spread(i.element === undefined ? null : i.b, i.dst, i.lanes, (l) => {
          const a = asFloat(i.a, l);
          const b = asFloat(i.b, i.element ?? l);
          const product = i.fused ? `${a}*${b}` : `fround(${a}*${b})`;
          return `fround(${asFloat(i.c, l)}${sign}${product})`;
        });
        return;
      }
      case 'binary': {
        const shared = i.element === undefined ? null : i.b;
        if (i.fn === 'cmpgt' || i.fn === 'cmpge' || i.fn === 'cmplt' || i.fn === 'cmple') {
          const sign = { cmpgt: '>', cmpge: '>=', cmplt: '<', cmple: '<=' }[i.fn];
          for (let l = 0; l < i.lanes; l++) {
            lines.push(`t${l}=${asFloat(i.a, l)}${sign}${asFloat(i.b, i.element ?? l)}?-1:0;`);
          }
          for (let l = 0; l < i.lanes; l++) setBits(i.dst, l, `t${l}`);
          return;
        }
        const fn = i.fn;
        spread(shared, i.dst, i.lanes, (l) => {
          const a = asFloat(i.a, l);
          const b = asFloat(i.b, i.element ?? l);
          if (fn === 'min' || fn === 'max') return `Math.${fn}(${a},${b})`;
          const sign = { add: '+', sub: '-', mul: '*', div: '/' }[fn];
          return `fround(${a}${sign}${b})`;
        });
        return;
      }
      case 'unary':
        for (let l = 0; l < i.lanes; l++) {
          const a = asFloat(i.a, l);
          if (i.fn === 'mov') setBitsOrFloat(i.dst, l, i.a, l);
          else if (i.fn === 'neg') setFloat(i.dst, l, `-${a}`);
          else if (i.fn === 'abs') setFloat(i.dst, l, `Math.abs(${a})`);
          else if (i.fn === 'sqrt') setFloat(i.dst, l, `fround(Math.sqrt(${a}))`);
          else setFloat(i.dst, l, `nearest(${a})`);
        }
        return;
      case 'select':
        for (let l = 0; l < i.lanes; l++) {
          const mask = `${asBits(i.mask, l)}!==0`;
          if (ints.has(i.dst)) setBits(i.dst, l, `${mask}?${asBits(i.a, l)}:${asBits(i.b, l)}`);
          else setFloat(i.dst, l, `${mask}?${asFloat(i.a, l)}:${asFloat(i.b, l)}`);
        }
        return;
      case 'shuffle':
        i.pattern.forEach((from, l) => {
          const [register, lane] = from < i.lanes ? [i.a, from] : [i.b, from - i.lanes];
          const value = ints.has(i.dst) ? asBits(register, lane) : asFloat(register, lane);
          lines.push(`t${l}=${value};`);
        });
        i.pattern.forEach((_, l) => {
          lines.push(`${variable(i.dst, l)}=t${l};`);
        });
        return;
      case 'const':
        for (let l = 0; l < i.lanes; l++) setFloat(i.dst, l, literal(Math.fround(i.value)));
        return;
      case 'bits': {
        const sign = { and: '&', or: '|', xor: '^', iadd: '+', isub: '-', shl: '<<', shr: '>>' }[
          i.fn
        ];
        for (let l = 0; l < i.lanes; l++) {
          const b = 'immediate' in i.b ? `(${i.b.immediate})` : asBits(i.b.register, l);
          setBits(i.dst, l, `(${asBits(i.a, l)}${sign}${b})|0`);
        }
        return;
      }
      case 'convert':
        for (let l = 0; l < i.lanes; l++) {
          if (i.to === 'float') setFloat(i.dst, l, `fround(${asBits(i.a, l)})`);
          else if (i.to === 'int') setBits(i.dst, l, `toInt(${asFloat(i.a, l)})`);
          else setFloat(i.dst, l, asFloat(i.a, l));
        }
        return;
      case 'call': {
        const fn = i.fn === 'tanhf' || i.fn === 'tanh' ? 'tanh' : 'exp';
        setFloat(i.dst, 0, `fround(${fn}(${asFloat(i.a, 0)}))`);
        return;
      }
      case 'cost':
        return;
      default:
        i satisfies never;
    }
  };
  const setBitsOrFloat = (dst: Register, lane: number, src: Register, from: number): void => {
    if (ints.has(dst)) setBits(dst, lane, asBits(src, from));
    else setFloat(dst, lane, asFloat(src, from));
  };
  /** Writes through temporaries where a lane of `shared` would be overwritten before its last use. */
  const spread = (
    shared: Register | null,
    dst: Register,
    count: number,
    value: (lane: number) => string,
  ): void => {
    const through = shared === dst && count > 1;
    for (let l = 0; l < count; l++) {
      if (through) lines.push(`t${l}=${value(l)};`);
      else setFloat(dst, l, value(l));
    }
    if (through) for (let l = 0; l < count; l++) setFloat(dst, l, `t${l}`);
  };
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.op !== 'loop') {
        emit(node);
        continue;
      }
      lines.push(`for(let c${node.loop}=0;c${node.loop}<${node.trips};c${node.loop}++){`);
      visit(node.body);
      lines.push('}');
    }
  };
  visit(template.body);

  const bases = template.slots.map((_, slot) => `b${slot}`);
  const source = `'use strict';const {${Object.keys(helpers).join(',')}}=helpers;return function(M${bases.map((b) => `,${b}`).join('')}){${lines.join('\n')}}`;
  try {
    return new Function('helpers', source)(helpers) as TemplateFunction;
  } catch (error) {
    throw new KernelError('bad-template', `${template.name}: ${(error as Error).message}.`);
  }
}

function literal(value: number): string {
  return Object.is(value, -0) ? '-0' : value < 0 ? `(${value})` : `${value}`;
}

/**
 * Registers that ever hold bits or masks are kept as int32: JavaScript may change the bits of a
 * not-a-number in a float variable, and a mask of ones is one.
 */
function intRegisters(template: Template): Set<Register> {
  const ints = new Set<Register>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.op === 'loop') visit(node.body);
      else if (node.op === 'bits') ints.add(node.dst);
      else if (node.op === 'convert' && node.to === 'int') ints.add(node.dst);
      else if (node.op === 'binary' && node.fn.startsWith('cmp')) ints.add(node.dst);
      else if (node.op === 'unary' && node.fn === 'mov' && ints.has(node.a)) ints.add(node.dst);
      else if (
        (node.op === 'select' || node.op === 'shuffle') &&
        ints.has(node.a) &&
        ints.has(node.b)
      ) {
        ints.add(node.dst);
      }
    }
  };
  for (let size = -1; size !== ints.size; ) {
    size = ints.size;
    visit(template.body);
  }
  return ints;
}

/** The widest use of each register, in lanes. */
function widths(template: Template): number[] {
  const lanes = new Array<number>(template.registerCount).fill(1);
  const use = (register: Register, count: number): void => {
    if (!(register >= 0 && register < lanes.length)) {
      throw new KernelError(
        'bad-template',
        `${template.name}: expected registers below ${lanes.length}, got ${register}.`,
      );
    }
    lanes[register] = Math.max(lanes[register]!, count);
  };
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.op === 'loop') visit(node.body);
      else if (node.op === 'load') for (const r of node.dst) use(r, node.lanes);
      else if (node.op === 'store') for (const r of node.src) use(r, node.lanes);
      else if (node.op === 'call') for (const r of [node.dst, node.a]) use(r, 1);
      else if (node.op !== 'cost') {
        use(node.dst, node.op === 'shuffle' ? node.pattern.length : node.lanes);
        if ('a' in node) use(node.a, node.lanes);
        if ('b' in node) {
          const b = node.b;
          const element = 'element' in node ? node.element : undefined;
          if (typeof b === 'number') use(b, element === undefined ? node.lanes : element + 1);
          else if ('register' in b) use(b.register, node.lanes);
        }
        if ('c' in node) use(node.c, node.lanes);
        if ('mask' in node) use(node.mask, node.lanes);
      }
    }
  };
  visit(template.body);
  return lanes;
}
