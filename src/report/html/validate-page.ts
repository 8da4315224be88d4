/** `validate --html`: predicted against measured with the 10 % band, and the error of every case. */
import type { ValidatedCase, ValidateResult } from '../../study/validate/validate.ts';
import { counted } from '../../units/number-text.ts';
import { barChart } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Chart, Span, Tone } from '../chart/svg.ts';
import { groupBy } from '../predict/groups.ts';
import type { Page } from './page.ts';
import { cyclesText } from './page-parts.ts';

const bandShare = 0.1;
const errorText = (percent: number): string => `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;

/** Within 10 % is the aim, 25 % the bar. */
const toneOf = (percent: number): Tone =>
  Math.abs(percent) <= 10 ? 'good' : Math.abs(percent) <= 25 ? 'near' : 'bad';

const spanOf = (low: number, high: number, textOf: (value: number) => string): Span => {
  return { low, high, lowText: textOf(low), highText: textOf(high) };
};

type ComparedCase = ValidatedCase & { readonly predicted: number; readonly errorPercent: number };

const scatterFigure = (cases: readonly ComparedCase[]): Chart =>
  scatterChart({
    id: 'scatter',
    title: 'Cycles per sample',
    note: 'On the diagonal a prediction is exact; the band is 10 % to each side, the thin lines hold the truth nine times of ten. Bounds are left out.',
    x: { title: 'measured cycles per sample', log: true },
    y: { title: 'predicted cycles per sample', log: true },
    bandShare,
    points: cases
      .filter(({ bound }) => bound === 'value')
      .map(({ id, measured, predicted, errorPercent, range, device, engine, model, split }) => ({
        x: measured,
        y: predicted,
        xText: cyclesText(measured),
        yText: cyclesText(predicted),
        label: `${model} on ${device}`,
        mark: device,
        tone: toneOf(errorPercent),
        span: range === null ? undefined : spanOf(range.low, range.high, cyclesText),
        more: [
          ...[engine, errorText(errorPercent)],
          ...(range === null ? ['–', '–'] : [cyclesText(range.low), cyclesText(range.high)]),
          ...[split, id],
        ],
      })),
    moreColumns: ['engine', 'error', 'low', 'high', 'split', 'case'],
  });

type Named = Pick<ValidatedCase, 'model' | 'device' | 'blockFrames' | 'id'>;

/** 'a2-lite on pi-5', with the block and, where that is no other, the case where others read alike. */
const nameOf = (one: Named, others: readonly Named[]): string => {
  const names = [
    (of: Named) => `${of.model} on ${of.device}`,
    (of: Named) => `${of.model} on ${of.device}, block ${of.blockFrames}`,
  ];
  const own = names.find((name) => others.filter((of) => name(of) === name(one)).length === 1);
  return own?.(one) ?? `${one.model} on ${one.device}, ${one.id}`;
};

const errorsFigure = (cases: readonly ComparedCase[]): Chart =>
  barChart({
    id: 'errors',
    title: 'Error of each case',
    note: 'Negative: predicted cheaper than measured. Within 10 % is the aim, 25 % the bar; a thin line that reaches 0 is an interval that held the truth.',
    unit: 'error in percent',
    groupName: 'engine',
    labelName: 'case',
    groups: groupBy(cases, ({ engine }) => engine).map(([title, own]) => ({
      title,
      bars: own.map(({ measured, errorPercent, bound, range, ...one }) => {
        const errorOf = (cycles: number): number => 100 * (cycles / measured - 1);
        const isOne = bound === 'value';
        return {
          label: nameOf(one, own),
          value: errorPercent,
          text: errorText(errorPercent),
          word: isOne ? '' : `${bound} bound`,
          tone: toneOf(errorPercent),
          span:
            range && isOne ? spanOf(errorOf(range.low), errorOf(range.high), errorText) : undefined,
        };
      }),
    })),
  });

export const validatePage = ({ cases, summary }: ValidateResult): Page => {
  const compared = cases.flatMap((one): ComparedCase[] => {
    const { predicted, errorPercent } = one;
    return predicted === null || errorPercent === null ? [] : [{ ...one, predicted, errorPercent }];
  });
  const median = summary.medianAbsErrorPercent;
  return {
    title: 'Predicted against measured',
    lead:
      median === null
        ? 'No case could be judged.'
        : `Median error ${median.toFixed(1)} %, ${counted(compared.length, 'case')}. Nothing was run on hardware for this: the measurements are published ones.`,
    figures: [scatterFigure(compared), errorsFigure(compared)],
  };
};
