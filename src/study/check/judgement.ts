/** A budget held against one case, before there is a sentence about it. */

export interface Judgement {
  readonly holds: boolean;
  readonly delta: number;
}
