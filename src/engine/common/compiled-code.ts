/**
 * Counts of compiled code. They lie beside each engine as data, in its `compiled-code.json` with library,
 * compiler, flags and how they were counted; a JSON import brings them in on Node, in bundles and in dist.
 */
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, plus } from './code.ts';

/** What compilers made of one source for the instruction sets that were counted. */
export type Builds<Code> = Readonly<Record<'aarch64' | 'armv7' | 'thumb2', Code>>;

/** The form of counted code, as the data has it: lists and switches as they are, counts of whatever classes there are. */
export type FormOf<Data> = Data extends readonly unknown[]
  ? Readonly<Data>
  : Data extends Readonly<Record<string, number>>
    ? Counts
    : Data extends object
      ? { readonly [Name in keyof Data]: FormOf<Data[Name]> }
      : Data;

/** The build that a target runs; AArch64's stands for x86 where an engine has no counts of that. */
export const buildFor = <Code>(target: Target, builds: Builds<Code>): Code => {
  if (target.lanes === 1) return builds.thumb2;
  return target.isa === 'armv7-neon' ? builds.armv7 : builds.aarch64;
};

/** A body that grows with the number of its parts. */
export interface Growing {
  readonly once: Counts;
  readonly each: Counts;
  /** For each two parts, a last single one included: loads of pairs. */
  readonly pair?: Counts;
}

/** Counts of a body of so many parts. */
export const grown = ({ once, each, pair = {} }: Growing, parts: number): Counts =>
  plus(plus(once, each, parts), pair, Math.ceil(parts / 2));

/** Which parts of NAM Core's and Eigen's own loops GCC vectorises: without -ffast-math none for ARMv7. */
export const vectorisesFloats = (target: Target): boolean =>
  target.lanes > 1 && (target.isa !== 'armv7-neon' || target.fastMath);
