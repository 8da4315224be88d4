/** What compilers made of a2_fast.cpp: counts of each loop body, in compiled-code.json. */
import type { Target } from '../../kernel/lowered.ts';
import type { FormOf } from '../common/compiled-code.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import data from './compiled-code.json' with { type: 'json' };

/** What each part is stands in the data's notes. */
type A2Code = FormOf<typeof data.code.outOfOrder>;
export type LiteCode = A2Code['lite'];

const builds: Readonly<Record<'inOrder' | 'outOfOrder' | 'apple' | 'armv7' | 'thumb2', A2Code>> =
  data.code;

const buildOf = (target: Target): A2Code => {
  if (target.lanes === 1) return builds.thumb2;
  if (target.isa === 'armv7-neon') return builds.armv7;
  const group = tuneGroupOf(target);
  if (group === 'apple') return builds.apple;
  return group === 'in-order' ? builds.inOrder : builds.outOfOrder;
};

export const a2Code = (target: Target): A2Code => {
  const build = buildOf(target);
  const { isa, fastMath, compiler } = target;
  if (compiler === 'gcc-10') return { ...build, ...data.code.gcc10 };
  const vectorises = isa === 'aarch64' && target.lanes > 1 && compiler !== 'gcc-13';
  if (!fastMath || !vectorises || build === builds.apple) return build;
  return { ...build, lite: { ...build.lite, ...data.code.fastMathLite } };
};
