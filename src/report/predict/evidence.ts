/** Devices whose chip nobody has published: verdicts and the words they rest on, no numbers. */

import { paint, type Style } from '../text/style.ts';
import { textTable } from '../text/text-table.ts';
import { clip, padEnd, printable, widthOf } from '../text/text-width.ts';
import { times } from '../text/words.ts';
import { wrap } from '../text/wrap.ts';
import { verdictText, widthText } from './cell.ts';
import type { Lane, ModelGroup } from './groups.ts';

const indent = '  ';

/** The widest that is known to run, in as many copies. */
const knownToRun = (group: ModelGroup, lane: Lane, copies: number): string => {
  const rows = group.widths.flatMap(({ label }) => lane.cells.get(label)?.get(copies) ?? []);
  const running = rows.filter(({ verdict }) => verdict === 'fits');
  if (running.length === 0) return 'unknown';
  return running.reduce((a, b) => (b.width.weights > a.width.weights ? b : a)).width.label;
};

/** A line a product, where every width with its reasons would not fit a screen. */
export const evidenceTable = (group: ModelGroup, lanes: readonly Lane[], style: Style): string[] =>
  textTable(
    [
      { title: 'no published chip, or no .nam taken' },
      ...group.copies.map((n) => ({ title: `known to run ${times(n)}` })),
    ],
    lanes.map((lane) => [
      printable(lane.label),
      ...group.copies.map((n) => printable(knownToRun(group, lane, n))),
    ]),
    (text) => paint(style, 'dim', text),
  );

export const evidenceLines = (
  group: ModelGroup,
  lanes: readonly Lane[],
  style: Style,
): string[] => {
  const lines = wrap(
    'No published chip, or no .nam taken; what is known to run decides:',
    style.columns,
  ).map((line) => paint(style, 'dim', line));
  const names = Math.min(24, Math.max(...lanes.map((lane) => widthOf(printable(lane.label)))));
  for (const lane of lanes) {
    const name = padEnd(clip(printable(lane.label), names, style.ascii), names);
    const verdicts = group.widths.flatMap((width) => {
      const cell = lane.cells.get(width.label);
      if (cell === undefined) return [];
      const words = group.copies.flatMap((copies) => {
        const row = cell.get(copies);
        if (row === undefined) return [];
        const verdict = verdictText(row, style);
        return copies === group.copies[0] ? [verdict] : [`${copies}x ${verdict}`];
      });
      return [`${widthText(width)} ${words.join(', ')}`];
    });
    const reasons = new Set<string>();
    for (const cell of lane.cells.values()) {
      for (const row of cell.values()) for (const reason of row.reasons) reasons.add(reason);
    }
    // Verdicts are packed by hand, because a verdict and its width must not be torn apart.
    let line = `${paint(style, 'bold', name)} `;
    for (const verdict of verdicts) {
      const text = ` ${verdict};`;
      if (widthOf(line) + widthOf(text) > style.columns && widthOf(line) > names + 1) {
        lines.push(line);
        line = ' '.repeat(names + 1);
      }
      line += text;
    }
    lines.push(line.replace(/;$/, ''));
    // The heading has said that no chip is published; of the rest one sentence is enough here.
    const telling = [...reasons].filter((reason) => !/chip is not published/.test(reason));
    const reach = telling.find((reason) => reason.startsWith('An engine as good')) ?? '';
    const first = telling.find((reason) => reason.startsWith('Known: ')) ?? telling[0];
    const known = first === undefined ? undefined : `${first} ${reach}`.trimEnd();
    if (known !== undefined) {
      const reason = known.replace(/ This lies on the open side of it\.$/, '');
      for (const part of wrap(printable(reason), style.columns - indent.length * 2)) {
        lines.push(paint(style, 'dim', `${indent}${indent}${part}`));
      }
    }
  }
  return lines;
};
