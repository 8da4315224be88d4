/** What the scoreboard reads of a template. */
export interface Spelled {
  /** Operations and loops, one after another, as `code-layout.ts` says. */
  readonly code: Int32Array;
  readonly registerCount: number;
  readonly loopCount: number;
}

/** A template made ready for simulation, whatever the core. */
export interface Prepared extends Spelled {
  /** Operations in the text (each once), to judge the length of a run. */
  readonly size: number;
}
