/** Live runs for people: measured beside predicted, and that this is the wall clock. */
import type { LiveResult } from '../study/simulate/live-result.ts';
import { grouped, percent } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable } from './text/text-table.ts';
import { printable } from './text/text-width.ts';

export const renderLive = (results: readonly LiveResult[], style: Style): string => {
  const right = 'right' as const;
  const lines = narrowingTable(
    [
      { title: 'scenario' },
      { title: 'frames', align: right },
      { title: 'predicted', align: right },
      { title: 'measured p50', align: right },
      { title: 'p99', align: right },
      { title: 'worst', align: right },
      { title: 'late blocks', align: right },
    ],
    results.map((result) => [
      printable(result.scenario),
      grouped(result.blockFrames),
      result.predicted === null ? 'unknown' : percent(result.predicted.load.p50),
      percent(result.measured.load.p50),
      percent(result.measured.load.p99),
      percent(result.measured.load.max),
      `${grouped(result.measured.lateBlocks)} of ${grouped(result.blocks)}`,
    ]),
    style.columns,
    ['frames', 'p99'],
    (text) => paint(style, 'dim', text),
  );
  return `${[
    paint(
      style,
      'bold',
      'LIVE on this host, by the wall clock: not repeatable, and no virtual pedal',
    ),
    ...lines,
    '',
    'Chains run serially, without events, governors and disturbances; plain loads take no time here.',
  ].join('\n')}\n`;
};
