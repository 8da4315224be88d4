/**
 * Cycles of library calls on a core. The body of a function is simulated as what it is: a reduction, a
 * polynomial and a division in one dependent chain, among moves, tests and constants.
 */
import { type KernelBuilder, TemplateCache } from '../../kernel/builder.ts';
import type { LibraryFunction } from '../../kernel/instruction.ts';
import type { InstructionCounts } from '../../kernel/instruction-class.ts';
import { type ArgumentDistribution, argumentRanges } from '../../kernel/libm.ts';
import type { Template } from '../../kernel/template.ts';
import { type Figure, rangeOfCost } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { type Range, scaleRange } from '../../units/range.ts';
import type { CoreParameters } from './core-parameters.ts';
import { readTemplate } from './read-template.ts';
import { simulate } from './scoreboard.ts';

/** Calls in a row, as an activation makes them; neighbours overlap as far as the core can. */
const callsInARow = 8;

/** Half of the additions and multiplications lie on the chain, the others beside it. */
const writeBody = (b: KernelBuilder, body: Readonly<Partial<InstructionCounts>>): void => {
  const beside = b.const(1, 1);
  let chain = b.const(1, 1);
  const count = (name: keyof InstructionCounts): number => Math.round(body[name] ?? 0);
  const arithmetic = count('scalar_fparith');
  const steps = Math.max(count('scalar_fma'), Math.ceil(arithmetic / 2), 1);
  const per = (total: number, step: number): number =>
    Math.floor((total * (step + 1)) / steps) - Math.floor((total * step) / steps);
  for (let step = 0; step < steps; step++) {
    b.cost('moveFpInt', per(count('fp_move'), step));
    // Half of the integer work forms constants; the other half takes exponents apart, in steps.
    b.cost('int', per(Math.floor(count('int') / 2), step));
    b.cost('int', per(Math.ceil(count('int') / 2), step), { chained: true });
    b.cost('compareFp', per(count('scalar_fcmp_sel'), step));
    b.cost('loadInt', per(count('load_int') + count('load_fp64') + count('load_fp32'), step));
    b.cost('storeInt', per(count('store_int'), step));
    b.cost('branch', per(count('branch'), step));
    for (let i = 0; i < per(count('scalar_fma'), step); i++) {
      chain = b.fma(chain, beside, beside, 1);
    }
    for (let i = 0; i < per(arithmetic, step); i++) {
      if (i % 2 === 0) chain = b.binary('mul', chain, beside, 1);
      else b.binary('add', beside, beside, 1);
    }
    for (let i = 0; i < per(count('scalar_fcvt'), step); i++) chain = b.convert('int', chain, 1);
    for (let i = 0; i < per(count('scalar_fdiv'), step); i++) {
      chain = b.binary('div', chain, beside, 1);
    }
  }
};

const bodies = new TemplateCache();

const bodyOf = (fn: LibraryFunction, range: number): Template => {
  return bodies.get(`libm ${fn} range ${range}`, (b) =>
    b.loop(callsInARow, () => writeBody(b, argumentRanges[fn][range]?.body ?? {})),
  );
};

const timed = new WeakMap<CoreParameters, Map<string, number>>();

const rangeCycles = (fn: LibraryFunction, range: number, core: CoreParameters): number => {
  const own = memoize(timed, core, () => new Map<string, number>());
  const template = bodyOf(fn, range);
  return memoize(
    own,
    template.name,
    () => simulate(readTemplate(template).prepared, core).cycles / callsInARow,
  );
};

/** Mispredictions of the range of an argument, as a share of those of a guess by the shares of the ranges. */
export const rangeGuesses: Figure = {
  value: 0.5,
  low: 0.1,
  high: 1,
  kind: 'estimate',
  source: 'audio changes slowly from sample to sample, so the last argument foretells the next',
};
const guesses = rangeOfCost(rangeGuesses);

/** Mispredicted branches of one call: the range of the next argument is not the one predicted. */
export const mispredictsPerCall = (fn: LibraryFunction, shares: ArgumentDistribution): Range =>
  scaleRange(guesses, 1 - shares[fn].reduce((sum, share) => sum + share * share, 0));

/** Mean cycles of the body of one call, mispredictions not included. */
export const libraryCycles = (
  fn: LibraryFunction,
  core: CoreParameters,
  distribution: ArgumentDistribution,
): number => {
  let sum = 0;
  distribution[fn].forEach((share, range) => {
    if (share > 0) sum += share * rangeCycles(fn, range, core);
  });
  return sum;
};
