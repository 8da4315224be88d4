/**
 * A number with its provenance, as profiles carry it: where it comes from and how sure it is.
 * `low` and `high` bound it where sources disagree or nobody has measured it.
 */
import * as z from 'zod';
import { isRecord } from './json-path.ts';
import type { Range } from './range.ts';

/**
 * datasheet: stated by the maker or in published documents. measured: on that hardware. fitted: chosen
 * to agree with measurements that `source` names. estimate: reasoned, as `note` or `source` says.
 */
export const figureKinds = ['datasheet', 'measured', 'fitted', 'estimate'] as const;
export type FigureKind = (typeof figureKinds)[number];

export interface Figure {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly kind: FigureKind;
  readonly source: string;
  readonly note?: string | undefined;
  /** Of a fitted figure: what one would write without the measurements. @default the middle of low and high */
  readonly unfitted?: number | undefined;
}

/** What stands where a number has to name its source. */
export const figureForm = 'a figure: { "value": ..., "kind": ..., "source": ... }';

/** A figure whose value obeys `number`, e.g. `figureOf(z.int().positive())`. */
export const figureOf = (number: z.ZodType<number>): z.ZodType<Figure> =>
  z
    .strictObject(
      {
        value: number,
        low: number.optional(),
        high: number.optional(),
        kind: z.enum(figureKinds),
        source: z.string().min(1),
        note: z.string().optional(),
        unfitted: number.optional(),
      },
      { error: ({ code }) => (code === 'invalid_type' ? figureForm : undefined) },
    )
    .refine((f) => f.unfitted === undefined || f.kind === 'fitted', {
      message: 'unfitted only where kind is "fitted"',
    })
    .refine((f) => (f.low ?? f.value) <= f.value && f.value <= (f.high ?? f.value), {
      message: 'low <= value <= high',
    });

/** The figure as a range of a cost: smaller is better (latencies). */
export const rangeOfCost = ({ value, low = value, high = value }: Figure): Range => ({
  best: low,
  expected: value,
  worst: high,
});

/** The figure as a range of a supply: larger is better (bandwidths, clocks). */
export const rangeOfSupply = ({ value, low = value, high = value }: Figure): Range => ({
  best: high,
  expected: value,
  worst: low,
});

/** What stands in a profile with its provenance, a number or another statement, and where. */
export interface PlacedFigure {
  /** 'clusters[audio].clockHz': items of a list by their name where they have one. */
  readonly path: string;
  readonly figure: Readonly<Record<PropertyKey, unknown>>;
}

/** All figures below a value, in the order of the file. */
export const figuresBelow = (value: unknown, path = ''): readonly PlacedFigure[] => {
  if (!isRecord(value)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => figuresBelow(item, `${path}[${item?.name ?? i}]`));
  }
  if ('value' in value && 'kind' in value && 'source' in value) return [{ path, figure: value }];
  return Object.entries(value).flatMap(([key, inner]) =>
    figuresBelow(inner, path === '' ? key : `${path}.${key}`),
  );
};
