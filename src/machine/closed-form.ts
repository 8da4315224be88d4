/** What a template's time has beside its simulation: bodies of library calls and mispredicted branches. */
import type { LibraryFunction } from '../kernel/instruction.ts';
import type { ArgumentDistribution } from '../kernel/libm.ts';
import type { Node, Template } from '../kernel/template.ts';
import type { CoreParameters } from './core-parameters.ts';
import { libraryCycles, mispredictsPerCall } from './library-time.ts';

/** Something that is paid for so many times: a loop that is left, a call, branches that data mispredicts. */
type Term =
  | { readonly kind: 'loop'; readonly trips: number; readonly times: number }
  | { readonly kind: 'call'; readonly fn: LibraryFunction; readonly times: number }
  | { readonly kind: 'branch'; readonly mispredicts: number };

export interface ClosedForm {
  /** In the order of the text. */
  readonly terms: readonly Term[];
  /** Lanes of the widest instruction. */
  readonly lanes: number;
}

class Collection {
  readonly terms: Term[] = [];
  lanes = 1;

  add(nodes: readonly Node[], times: number): void {
    for (const node of nodes) {
      if (node.op === 'loop') {
        this.terms.push({ kind: 'loop', trips: node.trips, times });
        this.add(node.body, times * node.trips);
        continue;
      }
      if ('lanes' in node && node.lanes > this.lanes) this.lanes = node.lanes;
      if (node.op === 'call') this.terms.push({ kind: 'call', fn: node.fn, times });
      else if (node.op === 'cost' && node.mispredict) {
        this.terms.push({ kind: 'branch', mispredicts: times * node.count * node.mispredict });
      } else if (node.op === 'select' && node.jump) {
        this.terms.push({ kind: 'branch', mispredicts: times * node.jump.mispredict });
      }
    }
  }
}

const known = new WeakMap<Template, ClosedForm>();

/** Memoised. */
export const closedFormOf = (template: Template): ClosedForm => {
  const memo = known.get(template);
  if (memo) return memo;
  const collection = new Collection();
  collection.add(template.body, 1);
  const { terms, lanes } = collection;
  const form = { terms, lanes };
  known.set(template, form);
  return form;
};

/** Cycles in the bodies of library calls, and branches that are mispredicted. */
export const besideSimulation = (
  { terms }: ClosedForm,
  core: CoreParameters,
  distribution: ArgumentDistribution,
): { readonly calls: number; readonly mispredicts: number } => {
  let [calls, mispredicts] = [0, 0];
  for (const term of terms) {
    if (term.kind === 'loop') {
      if (term.trips > core.predictedTrips) mispredicts += term.times;
    } else if (term.kind === 'call') {
      calls += term.times * libraryCycles(term.fn, core, distribution);
      mispredicts += term.times * mispredictsPerCall(term.fn, distribution);
    } else mispredicts += term.mispredicts;
  }
  return { calls, mispredicts };
};
