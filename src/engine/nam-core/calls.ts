/** What a call of each method of NAM Core costs beside its loops. */
import type { Target } from '../../kernel/lowered.ts';
import type { Counts } from '../common/code.ts';
import { type Builds, buildFor } from '../common/compiled-code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import data from './compiled-code.json' with { type: 'json' };

/** Methods; those of whole networks (`wavenet` to `samples`) once a block. */
type Method = keyof (typeof data.code.calls)['aarch64'];

const builds: Builds<Readonly<Record<Method, Counts>>> = data.code.calls;

export const callCode = (target: Target): Readonly<Record<Method, Counts>> =>
  buildFor(target, builds);

/** Appends calls of one method: what is called often is looked up once. */
export const callOf = (low: Lowering, name: Method): ((place: Place) => void) => {
  const append = low.overhead(`nam-core/call/${name}/1`, callCode(low.target)[name]);
  return ({ layer }) => append({ layer, kind: 'call' });
};
