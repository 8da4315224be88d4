/**
 * The committed record of what every case cost. One line a case, sorted by case, so that its diff
 * reads well in a review; below them, one line a model, its weights by layer.
 */
import * as z from 'zod';
import { checked } from '../../device/checked.ts';
import { type MetricName, type MetricUnit, metrics } from '../../scenario/budget-metrics.ts';
import { BudgetError } from '../../scenario/scenario-error.ts';
import type { Frozen } from '../../units/frozen.ts';
import { shown } from '../../units/json-path.ts';
import { parseJsonText } from '../../units/json-text.ts';
import type { Parts } from './measurement.ts';

const parts = z.record(z.string(), z.number().min(0).max(1e15));

const baselineCase = z.strictObject({
  case: z.string().describe('What was measured; one of its kind in the file.'),
  value: z
    .number()
    .min(-1e15)
    .max(1e15)
    .describe("In the metric's own unit: cycles per sample, a share of one core, bytes."),
  of: z.string().describe('Fingerprint of the model at its width, or of the scenario.'),
  engine: z.string().nullable(),
  layers: parts.describe('Cycles per sample of each layer.'),
});

const baselineFile = z.strictObject({
  $schema: z.string().optional(),
  cases: z.array(baselineCase),
  models: z.array(
    z.strictObject({ of: z.string(), weights: parts.describe('Weights of each layer.') }),
  ),
});

export type BaselineFile = Frozen<z.output<typeof baselineFile>>;
export const baselineFileSchema: z.ZodType<BaselineFile> = baselineFile;

/** A case as its file has it, with the weights of each layer of its model. */
export interface BaselineEntry extends Frozen<z.output<typeof baselineCase>> {
  readonly weights: Parts;
}

export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const emptyBaseline: Baseline = new Map();

/** The metric stands last in the name of a case. */
const unitOf = (name: string): MetricUnit | null => {
  const metric = name.split(' · ').at(-1) ?? '';
  return Object.hasOwn(metrics, metric) ? metrics[metric as MetricName] : null;
};

/** What no measurement gives: a slip of an editor, that would let every growth pass. */
const valueFault = ({ case: name, value }: { case: string; value: number }): string | null => {
  const unit = unitOf(name);
  if (unit === null || unit.low < 0 || value > 0 || (value === 0 && unit.low === 0)) return null;
  const least = unit.low === 0 ? 'at least 0' : 'more than 0';
  return `${JSON.stringify(name)}: expected ${least} ${unit.unit}, got ${value}.`;
};

const twiceFault = (names: readonly string[]): string | null => {
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice === undefined) return null;
  return `${JSON.stringify(twice)}: expected each case once, got it twice, as a merge of two branches leaves it.`;
};

/**
 * A baseline file, by `schemas/baseline.schema.json`.
 * @param origin its name, for messages
 * @param command the check that writes it anew, for messages
 * @throws BudgetError naming the file, what is wrong and how to write it anew
 * @example const baseline = parseBaseline(text, 'baseline.json');
 */
export const parseBaseline = (text: string, origin: string, command = 'check'): Baseline => {
  const anew = `Write it anew with 'pedalbench ${command} --update-baseline'.`;
  const refuse = (fault: string): Error => new BudgetError('not-json', `${fault} ${anew}`);
  const json = parseJsonText(text, origin, refuse);
  const invalid = (faults: string): Error => new BudgetError('invalid', `${faults}\n${anew}`);
  const { cases, models } = checked(baselineFileSchema, json, origin, invalid);
  const faults = [
    twiceFault(cases.map((entry) => entry.case)),
    twiceFault(models.map((model) => model.of)),
    ...cases.map(valueFault),
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw invalid(faults.map((fault) => `${origin}: ${fault}`).join('\n'));
  const weights = new Map(models.map((model) => [model.of, model.weights]));
  return new Map(cases.map((one) => [one.case, { ...one, weights: weights.get(one.of) ?? {} }]));
};

/** Ten digits, so that the file is short; that is below what anybody budgets, of cycles and of shares. */
export const asWritten = (value: number): number => Number(value.toPrecision(10));

/** To a millionth of a cycle. */
const shortParts = (values: Parts): Parts =>
  Object.fromEntries(
    Object.entries(values).map(([name, cycles]) => [name, Math.round(cycles * 1e6) / 1e6]),
  );

/** By code unit, so that no locale has a say. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The text of a baseline file: a line a case, by name, so that it compares well in a review.
 * @param baseline what `check` gave as `measured`
 * @example await writeFile('baseline.json', formatBaseline(outcome.measured));
 */
export const formatBaseline = (baseline: Baseline): string => {
  if (!(baseline instanceof Map)) {
    throw new BudgetError(
      'invalid',
      `expected what check gave as measured, got ${shown(baseline)}.`,
    );
  }
  const entries = [...baseline.values()].sort((a, b) => byText(a.case, b.case));
  const cases = entries.map(({ case: name, value, of, engine, layers }) =>
    JSON.stringify({ case: name, value: asWritten(value), of, engine, layers: shortParts(layers) }),
  );
  const models = new Map(
    entries
      .filter((entry) => Object.keys(entry.weights).length > 0)
      .map((entry) => [entry.of, JSON.stringify({ of: entry.of, weights: entry.weights })]),
  );
  const list = (lines: readonly string[]): string =>
    lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
  return `{"cases":${list(cases)},"models":${list([...models.values()].sort(byText))}}\n`;
};
