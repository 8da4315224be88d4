/** The sentence that a verdict says. Pure. */
import type { Budget } from '../../scenario/budget.ts';
import type { BaselineEntry } from './baseline.ts';
import type { Judgement, Measurement } from './evaluate.ts';
import { growthSentence, largestParts } from './growth.ts';
import { numberText, signed } from './number-text.ts';
import type { Growth, LimitKind } from './verdict.ts';

export const whatIfWords = 'what-if width: the cost is right, the sound is not meant to be';

const subjectOf = (measured: Measurement, budget: Budget): string => {
  if (measured.scenario !== null) return `scenario ${measured.scenario}`;
  const width = `${measured.width}${measured.whatIf ? ` (${whatIfWords})` : ''}`;
  const engine = measured.engine === null ? '' : ` with ${measured.engine}`;
  const block = measured.blockFrames === null ? '' : `, block ${measured.blockFrames}`;
  const copies = budget.copies > 1 ? `, ${budget.copies} copies` : '';
  return `${measured.model} at ${width} on ${measured.device}${engine}${block}${copies}`;
};

const limitText = (kind: LimitKind, limit: number): string =>
  kind === 'max'
    ? `at most ${numberText(limit)}`
    : kind === 'min'
      ? `at least ${numberText(limit)}`
      : `at most ${signed(limit)} % against the baseline`;

/** Where the cycles go, where no baseline says what grew. */
const sizeSentence = (measured: Measurement): string => {
  const layers = largestParts(measured.layers);
  const kinds = largestParts(measured.kinds);
  if (layers === '') return '';
  return ` Most of it is in ${layers}${kinds === '' ? '' : `; by kind of work ${kinds}`}.`;
};

export interface MessageInput {
  readonly budget: Budget;
  readonly measured: Measurement;
  readonly kind: LimitKind;
  readonly limit: number;
  readonly judged: Judgement | null;
  /** Why it was not judged. */
  readonly unknown: string | null;
  readonly growth: readonly Growth[];
  readonly before: BaselineEntry | null;
}

export const messageOf = (input: MessageInput): string => {
  const { budget, measured, kind, limit, judged, before, growth } = input;
  const subject = subjectOf(measured, budget);
  if (judged === null || measured.value === null) {
    return `${subject}: ${budget.metric} was not judged: ${input.unknown}.`;
  }
  const difference =
    kind === 'maxIncreasePercent'
      ? `${signed(judged.delta)} % (${numberText(before?.value ?? 0)} -> ${numberText(measured.value)})`
      : `${numberText(measured.value)}, ${signed(judged.delta)} (${limit === 0 ? 'limit 0' : `${signed((measured.value / limit - 1) * 100)} %`}) from the limit`;
  const head = `${subject}: ${budget.metric} is ${difference}; allowed is ${limitText(kind, limit)}.`;
  const what = measured.scenario === null ? 'model' : 'scenario';
  const stale =
    before !== null && before.of !== measured.fingerprint
      ? ` The ${what} is not the one of the baseline.`
      : '';
  if (judged.holds) {
    return stale === ''
      ? head
      : `${head}${stale} If that is meant, write the baseline anew with 'pedalbench check --update-baseline'.`;
  }
  const engine =
    before !== null && before.engine !== measured.engine
      ? ` The engine is ${measured.engine ?? 'none'}, in the baseline it was ${before.engine ?? 'none'}.`
      : '';
  const where = growth.length > 0 ? growthSentence(growth) : sizeSentence(measured);
  const reason = budget.reason === undefined ? '' : ` Why the limit: ${budget.reason}`;
  return `${head}${stale}${engine}${where}${reason}`;
};
