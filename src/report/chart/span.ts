/** An interval, drawn as a thin line on a mark. */
import { lineOf } from './svg.ts';

export interface Span {
  readonly low: number;
  readonly high: number;
  readonly lowText: string;
  readonly highText: string;
}

export const spanLine = (
  { lowText, highText }: Span,
  from: readonly [number, number],
  to: readonly [number, number],
): string => lineOf('span', from, to, { 'data-low': lowText, 'data-high': highText });
