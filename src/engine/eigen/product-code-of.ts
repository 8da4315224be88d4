/** Which compiled code a target's products run. */
import type { Target } from '../../kernel/lowered.ts';
import { remember } from '../../units/remember.ts';
import { aarch64Products } from './code-aarch64.ts';
import { armv7Products } from './code-armv7.ts';
import { thumb2Products } from './code-thumb2.ts';
import { x86Products } from './code-x86.ts';
import type { ProductCode } from './product-code.ts';

const known = new Map<string, ProductCode>();

export const productCode = (target: Target): ProductCode => {
  const name = `${target.isa}/${target.lanes}/${target.fma}`;
  return remember(known, name, () => build(target));
};

const build = (target: Target): ProductCode => {
  if (target.lanes === 1) return thumb2Products();
  if (target.lanes > 4) return x86Products(target.lanes, target.fma);
  switch (target.isa) {
    case 'aarch64':
      return aarch64Products();
    case 'armv7-neon':
      return armv7Products();
    default:
      return x86Products(target.lanes, target.fma);
  }
};
