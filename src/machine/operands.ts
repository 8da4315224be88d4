/** Which registers an instruction reads and writes, as a pipeline waits for them. */
import type { Instruction } from '../kernel/instruction.ts';

export const none: readonly number[] = [];

export const sourcesOf = (node: Instruction): readonly number[] => {
  switch (node.op) {
    case 'store':
      return node.src;
    case 'fma':
    case 'binary':
    case 'shuffle':
      return [node.a, node.b];
    case 'unary':
      // A move onto itself stands for a rearrangement without a value: it takes its port, no chain.
      return node.dst === node.a ? none : [node.a];
    case 'convert':
    case 'call':
      return [node.a];
    case 'select':
      return node.jump ? [node.a, node.b] : [node.mask, node.a, node.b];
    case 'bits':
      return 'register' in node.b ? [node.a, node.b.register] : [node.a];
    case 'load':
    case 'const':
    case 'cost':
      return none;
  }
};

export const targetsOf = (node: Instruction): readonly number[] => {
  if (node.op === 'load') return node.dst;
  return node.op === 'store' || node.op === 'cost' ? none : [node.dst];
};
