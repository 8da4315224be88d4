/** Devices whose chip nobody has published: verdicts and the words they rest on, no numbers. */
import { times } from '../../units/number-text.ts';
import { inked } from '../text/blocks.ts';
import { left, paint, type Style, textTable } from '../text/text-table.ts';
import { clip, padEnd, printable, widthOf, wrap } from '../text/text-width.ts';
import { verdictText, widthText } from './cell.ts';
import { cellOf, type ModelGroup, type TableLine, widest } from './groups.ts';

/** The widest that is known to run, in as many copies. */
const knownToRun = ({ rows }: TableLine, copies: number): string => {
  const fitting = rows.filter((row) => row.copies === copies && row.verdict === 'fits');
  return printable(widest(fitting)?.width.label ?? 'unknown');
};

/** What stands over such devices. */
export const noChip = 'no published chip, or no .nam taken';

/** A line a product, where every width with its reasons would not fit a screen. */
export const evidenceTable = (of: ModelGroup, on: readonly TableLine[], style: Style): string[] =>
  textTable(on, style, [
    left(noChip, ({ label }) => printable(label)),
    ...of.copies.map((n) =>
      left(`known to run ${times(n)}`, (line: TableLine) => knownToRun(line, n)),
    ),
  ]);

/** 'lite (3 ch) fits?, 2x unknown' for each width. */
const verdictsOf = (group: ModelGroup, line: TableLine, style: Style): string[] =>
  group.widths.flatMap((width) => {
    const words = cellOf(line, width.label, group.copies).flatMap((row, i) => {
      if (row === undefined) return [];
      return [`${i === 0 ? '' : `${row.copies}x `}${verdictText(row, style)}`];
    });
    return words.length === 0 ? [] : [`${widthText(width)} ${words.join(', ')}`];
  });

/** One sentence is enough here, and the heading has said that no chip is published. */
const reasonOf = ({ rows }: TableLine): string => {
  const reasons = [...new Set(rows.flatMap((row) => row.reasons))];
  const telling = reasons.filter((reason) => !/chip is not published/.test(reason));
  const reach = telling.find((reason) => reason.startsWith('An engine as good')) ?? '';
  const first = telling.find((reason) => reason.startsWith('Known: ')) ?? telling[0] ?? '';
  return `${first} ${reach}`.trim().replace(/ This lies on the open side of it\.$/, '');
};

export const evidenceLines = (of: ModelGroup, on: readonly TableLine[], style: Style): string[] => {
  const heading = 'No published chip, or no .nam taken; what is known to run decides:';
  const names = Math.min(24, Math.max(...on.map(({ label }) => widthOf(printable(label)))));
  const linesOf = (device: TableLine): string[] => {
    const name = padEnd(clip(printable(device.label), names, style.ascii), names);
    // A verdict and its width must not be torn apart.
    const verdicts = verdictsOf(of, device, style).map((text) => text.replaceAll(' ', '\u0001'));
    const first = `${paint(style, 'bold', name)}  `;
    const packed = wrap(verdicts.join('; '), style.columns, first, ' '.repeat(names + 2));
    const reason = printable(reasonOf(device));
    const why = reason === '' ? [] : inked(style, 'dim', reason, '    ');
    return [...packed.map((line) => line.replaceAll('\u0001', ' ')), ...why];
  };
  return [...inked(style, 'dim', heading), ...on.flatMap(linesOf)];
};
