/** What is read off a template: for the scoreboard, and what its time has beside a simulation. */
import type { LibraryFunction } from '../../kernel/instruction.ts';
import type { Range } from '../../units/range.ts';

/** What the scoreboard reads of a template. */
export interface EncodedTemplate {
  /** Operations and loops, one after another, as `code-layout.ts` says. */
  readonly code: Int32Array;
  readonly registerCount: number;
  readonly loopCount: number;
}

/** A template made ready for simulation, whatever the core. */
export interface Prepared extends EncodedTemplate {
  /** Operations in the text (each once), to judge the length of a run. */
  readonly size: number;
}

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
