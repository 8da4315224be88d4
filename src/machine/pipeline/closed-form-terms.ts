/** What the time of a template has beside a simulation, as it is read off the template. */
import type { LibraryFunction } from '../../kernel/instruction.ts';
import type { Range } from '../../units/range.ts';

/** Something that is paid for so many times: a loop that is left, a call, branches that data mispredicts. */
export type Term =
  | { readonly kind: 'loop'; readonly trips: number; readonly times: number }
  | { readonly kind: 'call'; readonly fn: LibraryFunction; readonly times: number }
  | { readonly kind: 'branch'; readonly mispredicts: Range };

export interface ClosedForm {
  /** In the order of the text. */
  readonly terms: readonly Term[];
  /** Lanes of the widest instruction. */
  readonly lanes: number;
}
