/** Where nine of ten predictions hold the truth. */
import type { Range } from '../../units/range.ts';

/** best <= low <= expected <= high <= worst. */
export interface Interval extends Range {
  readonly low: number;
  readonly high: number;
}
