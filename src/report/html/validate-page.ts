/** `validate --html`: predicted against measured with the 10 % band, and the error of every case. */
import type { ValidateResult } from '../../study/validate/validate.ts';
import { barChart } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Page } from './page.ts';
import { cyclesText } from './tones.ts';

const bandShare = 0.1;
const errorText = (percent: number): string => `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;

export const validatePage = (result: ValidateResult, command: string, tool: string): Page => {
  const { summary } = result;
  const judged = result.cases.flatMap((one) =>
    one.predicted === null || one.errorPercent === null
      ? []
      : [{ ...one, predicted: one.predicted, errorPercent: one.errorPercent }],
  );
  const median = summary.medianAbsErrorPercent;
  return {
    title: 'Predicted against measured',
    lead:
      median === null
        ? 'No case could be judged.'
        : `Median error ${median.toFixed(1)} %, ${judged.length} cases. Nothing was run on hardware for this: the measurements are published ones.`,
    figures: [
      scatterChart({
        id: 'scatter',
        title: 'Cycles per sample',
        note: 'On the diagonal a prediction is exact; the band is 10 % to each side. Bounds are left out.',
        x: { title: 'measured cycles per sample', log: true },
        y: { title: 'predicted cycles per sample', log: true },
        bandShare,
        points: judged
          .filter((one) => one.bound === 'value')
          .map((one) => ({
            x: one.measured,
            y: one.predicted,
            xText: cyclesText(one.measured),
            yText: cyclesText(one.predicted),
            label: one.id,
            tone:
              Math.abs(one.errorPercent) <= 10
                ? 'good'
                : Math.abs(one.errorPercent) <= 25
                  ? 'near'
                  : 'bad',
            more: [one.device, one.engine, one.model, errorText(one.errorPercent), one.split],
          })),
        moreColumns: ['device', 'engine', 'model', 'error', 'split'],
      }),
      barChart({
        id: 'errors',
        title: 'Error of each case',
        note: 'Negative: predicted cheaper than measured. Within 10 % is the aim, 25 % the bar.',
        unit: 'error in percent',
        groupName: 'engine',
        labelName: 'case',
        groups: [...new Set(judged.map((one) => one.engine))].map((engine) => ({
          title: engine,
          bars: judged
            .filter((one) => one.engine === engine)
            .map((one) => ({
              label: one.id,
              value: one.errorPercent,
              text: errorText(one.errorPercent),
              word: one.bound === 'value' ? '' : `${one.bound} bound`,
              tone:
                Math.abs(one.errorPercent) <= 10
                  ? 'good'
                  : Math.abs(one.errorPercent) <= 25
                    ? 'near'
                    : 'bad',
            })),
        })),
        limits: [],
      }),
    ],
    command,
    tool,
  };
};
