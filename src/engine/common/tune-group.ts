/** What of a target the engines' code depends on: targets of one key share lowered programs and templates. */
import type { Target } from '../../kernel/lowered.ts';

/** Everything of a target that code generation depends on. */
const targetName = (target: Target): string =>
  `${target.isa}/${target.lanes}${target.fma ? '' : '/nofma'}${target.fastMath ? '/fast' : ''}/${target.tune}${target.libc === 'newlib-nano' ? '/nano' : ''}`;

/** A name that begins with a slash follows the target's. */
export const titleOf = (name: string, target: Target): string =>
  name.startsWith('/') ? `${targetName(target)}${name}` : name;

/** Cores for which compilers schedule alike. */
export type TuneGroup = 'in-order' | 'cortex-a7' | 'cortex-a72' | 'apple' | 'other';

/** By what -mcpu says. Engines ask for the group, never for a core. */
const groups: readonly (readonly [RegExp, TuneGroup])[] = [
  // Without -mcpu GCC schedules as for a Cortex-A53.
  [/a35|a53|a55|a510|^generic$/, 'in-order'],
  [/a57|a72|a73/, 'cortex-a72'],
  [/a[78]$/, 'cortex-a7'],
  [/apple/, 'apple'],
];

export const tuneGroupOf = ({ tune }: Target): TuneGroup =>
  groups.find(([cores]) => cores.test(tune))?.[1] ?? 'other';

/** Of code that no compiler schedules and no C library is called from, only the instruction set counts. */
export const untunedTarget = ({ isa, lanes, vectorRegisters, fma }: Target): Target => {
  return { isa, lanes, vectorRegisters, fma, tune: 'generic', fastMath: true };
};

/** Equal for targets for which every engine writes the same code. */
export const targetKey = (target: Target): string => {
  const { isa, lanes, vectorRegisters, fma, fastMath, libc, compiler } = target;
  return `${isa} ${lanes} ${vectorRegisters} ${fma} ${fastMath} ${libc ?? ''} ${compiler ?? ''} ${tuneGroupOf(target)}`;
};
