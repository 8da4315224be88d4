/** Where the arguments of libm's functions fall, and on which audio that was measured. */
import type { ArgumentDistribution } from '../../kernel/libm.ts';

export interface MeasuredArguments {
  readonly distribution: ArgumentDistribution;
  /** What it was measured on, as the reasons of a row name it. */
  readonly source: string;
}
