/**
 * Names of templates as readers see them. Targets share templates that do not depend on what they differ
 * in, so names keep places for what is the target's own.
 */
import type { Target } from '../../kernel/lowered.ts';

/** Everything of a target that code generation depends on. */
const targetName = (target: Target): string =>
  `${target.isa}/${target.lanes}${target.fma ? '' : '/nofma'}${target.fastMath ? '/fast' : ''}/${target.tune}${target.libc === 'newlib-nano' ? '/nano' : ''}`;

/** A name that begins with a slash follows the target's. */
export const titleOf = (name: string, target: Target): string =>
  name.startsWith('/') ? `${targetName(target)}${name}` : name;
