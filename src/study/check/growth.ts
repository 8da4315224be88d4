/** What grew against the baseline, and where most of a cost is, as data and as words. Pure. */
import type { BaselineEntry } from './baseline.ts';
import type { Parts } from './measurement.ts';
import type { Growth } from './verdict.ts';

/** Six significant digits, no exponent for the sizes that occur. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 1e6 ? 0 : 6 - Math.ceil(Math.log10(Math.abs(value) + 1));
  return String(Number(value.toFixed(Math.max(0, digits))));
};

export const signed = (value: number): string => `${value > 0 ? '+' : ''}${numberText(value)}`;

/** Changes of cost below this are the rounding of the baseline. */
const leastCycles = 1e-3;

const changed = (row: Growth): boolean => row.weightsBefore !== row.weightsAfter;

/** The layers that cost more: those whose weights are others first, then the largest growth first. */
export const growthOf = (layers: Parts, weights: Parts, before: BaselineEntry | null): Growth[] => {
  if (before === null) return [];
  return [...new Set([...Object.keys(layers), ...Object.keys(before.layers)])]
    .map((name) => ({
      name,
      before: before.layers[name] ?? 0,
      after: layers[name] ?? 0,
      weightsBefore: before.weights[name] ?? 0,
      weightsAfter: weights[name] ?? 0,
    }))
    .filter((row) => row.after - row.before > leastCycles)
    .sort(
      (a, b) =>
        Number(changed(b)) - Number(changed(a)) ||
        b.after - b.before - (a.after - a.before) ||
        (a.name < b.name ? -1 : 1),
    );
};

const shownRows = 3;

const growthText = (row: Growth): string => {
  const percent = row.before > 0 ? `, ${signed((row.after / row.before - 1) * 100)} %` : ', new';
  const weights = changed(row) ? ` (${row.weightsBefore} -> ${row.weightsAfter} weights)` : '';
  return `${row.name}${weights} ${signed(row.after - row.before)} cycles/sample (${numberText(row.before)} -> ${numberText(row.after)}${percent})`;
};

/** ' It grew in ...', or nothing. */
export const growthSentence = (growth: readonly Growth[]): string => {
  if (growth.length === 0) return '';
  const shown = growth.slice(0, shownRows).map(growthText);
  const more = growth.length > shownRows ? `; and ${growth.length - shownRows} more` : '';
  return ` It grew in ${shown.join('; ')}${more}.`;
};

/** 'array 0 layer 15 2501 (7.4 %), ...': the largest parts. */
export const largestParts = (parts: Parts): string => {
  const rows = Object.entries(parts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const total = rows.reduce((sum, [, cycles]) => sum + cycles, 0);
  return rows
    .slice(0, shownRows)
    .map(
      ([name, cycles]) =>
        `${name} ${numberText(cycles)} (${((cycles / total) * 100).toFixed(1)} %)`,
    )
    .join(', ');
};
