/** `calibrate`: what was fitted, and every measurement before and after. */
import { acceptedPercent, type CalibrateResult } from '../study/calibrate/calibrate.ts';
import { counted, short } from '../units/number-text.ts';
import { blocksText } from './text/blocks.ts';
import { left, paint, right, type Style, textTable } from './text/text-table.ts';
import { printable, wrap } from './text/text-width.ts';

const errorText = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)}%`);

const summaryLines = ({ before, after, leaveOneOut }: CalibrateResult, style: Style): string[] => {
  const summaries = { before, after, 'unseen (fitted to the others)': leaveOneOut };
  const rows = Object.entries(summaries).flatMap(([name, summary]) =>
    summary === null ? [] : [[name, summary] as const],
  );
  return textTable(rows, style, [
    left('', ([name]) => name),
    right('median error', ([, summary]) => errorText(summary.medianAbsErrorPercent)),
    right('worst', ([, summary]) => errorText(summary.worstAbsErrorPercent)),
  ]);
};

const outcomeLines = (accepted: boolean, path: string, style: Style): string[] =>
  accepted
    ? [
        ...wrap(`${path} is written. Next: what runs on it:`, style.columns),
        paint(style, 'cyan', `  pedalbench predict a2 --device ${path}`),
      ]
    : wrap(
        `Nothing is written: the fit does not come within ${acceptedPercent} % of every measurement. Look whether these are runs of this device, engine and unit; --fit clock lets the clock of a datasheet move within its low and high.`,
        style.columns,
      );

export const renderCalibrate = (result: CalibrateResult, path: string, style: Style): string => {
  const { points, fitted, profile } = result;
  const unit = points[0]?.unit === 'nanosecondsPerSample' ? 'ns/sample' : 'cycles/sample';
  const checked = points.length === 1 ? ', which nothing checks' : '';
  const title = `${printable(profile.name)}: fitted to ${counted(points.length, 'measurement')}${checked}`;
  return blocksText(
    [paint(style, 'bold', title)],
    fitted.length === 0
      ? [result.accepted ? 'Nothing had to move: the profile agrees as it is.' : 'Nothing moved.']
      : textTable(fitted, style, [
          left('fitted', (number) => number.path),
          right('before', (number) => short(number.before)),
          right('after', (number) => short(number.after)),
        ]),
    textTable(points, { ...style, dispensable: ['unseen', 'before'] }, [
      left('measurement', (point) => printable(point.id)),
      right(unit, (point) => short(point.measured)),
      right('before', (point) => short(point.before)),
      right('after', (point) => short(point.after)),
      right('unseen', ({ leaveOneOut: at }) => (at === null ? '' : short(at))),
    ]),
    summaryLines(result, style),
    outcomeLines(result.accepted, printable(path), style),
  );
};
