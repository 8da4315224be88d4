/** `calibrate`: what was fitted, and every measurement before and after. */
import { acceptedPercent, type CalibrateResult } from '../study/calibrate/calibrate.ts';
import { short } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable, textTable } from './text/text-table.ts';
import { printable } from './text/text-width.ts';
import { counted } from './text/words.ts';
import { wrap } from './text/wrap.ts';

const errorText = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)}%`);

export const renderCalibrate = (result: CalibrateResult, path: string, style: Style): string => {
  const dim = (text: string): string => paint(style, 'dim', text);
  const lines = [
    paint(
      style,
      'bold',
      `${printable(result.profile.name)}: fitted to ${counted(result.points.length, 'measurement')}${result.points.length === 1 ? ', which nothing checks' : ''}`,
    ),
    '',
  ];
  if (result.fitted.length === 0) lines.push('Nothing had to move: the profile agrees as it is.');
  else {
    lines.push(
      ...textTable(
        [
          { title: 'fitted' },
          { title: 'before', align: 'right' },
          { title: 'after', align: 'right' },
        ],
        result.fitted.map((number) => [number.path, short(number.before), short(number.after)]),
        dim,
      ),
    );
  }
  const unit = result.points[0]?.unit === 'nanosecondsPerSample' ? 'ns/sample' : 'cycles/sample';
  lines.push(
    '',
    ...narrowingTable(
      [
        { title: 'measurement' },
        { title: unit, align: 'right' },
        { title: 'before', align: 'right' },
        { title: 'after', align: 'right' },
        { title: 'unseen', align: 'right' },
      ],
      result.points.map((point) => [
        printable(point.id),
        short(point.measured),
        short(point.before),
        short(point.after),
        point.leaveOneOut === null ? '' : short(point.leaveOneOut),
      ]),
      style.columns,
      ['unseen', 'before'],
      dim,
    ),
    '',
    ...textTable(
      [
        { title: '' },
        { title: 'median error', align: 'right' },
        { title: 'worst', align: 'right' },
      ],
      (
        [
          ['before', result.before],
          ['after', result.after],
          ['unseen (fitted to the others)', result.leaveOneOut],
        ] as const
      ).flatMap(([name, summary]) =>
        summary === null
          ? []
          : [
              [
                name,
                errorText(summary.medianAbsErrorPercent),
                errorText(summary.worstAbsErrorPercent),
              ],
            ],
      ),
      dim,
    ),
    '',
    ...(result.accepted
      ? [
          ...wrap(`${printable(path)} is written. Next: what runs on it:`, style.columns),
          paint(style, 'cyan', `  pedalbench predict a2 --device ${printable(path)}`),
        ]
      : wrap(
          `Nothing is written: the fit does not come within ${acceptedPercent} % of every measurement. Look whether these are runs of this device, engine and unit; --fit clock lets the clock of a datasheet move within its low and high.`,
          style.columns,
        )),
  );
  return `${lines.join('\n')}\n`;
};
