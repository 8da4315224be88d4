/** `run --html`: the timeline of each run with its worst block, and what it was made of. */
import type { RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { counted, grouped } from '../../units/number-text.ts';
import { barChart } from '../chart/bar-chart.ts';
import type { Chart } from '../chart/svg.ts';
import { mostCurves, overlayChart, timelineChart } from '../chart/timeline-chart.ts';
import { sweptText } from '../run-text.ts';
import { left } from '../text/text-table.ts';
import type { Page } from './page.ts';
import { cyclesBar, orDash, percentText, tableOf } from './page-parts.ts';

/** Pictures for so many runs; the table has them all. */
const pictured = 12;

const nameOf = (run: RunResult): string => `${run.scenario} ${sweptText(run)}`.trim();

/** The blocks of one run over time, with its percentiles, events and worst block. */
export const timelineFigure = (run: RunResult, name: string = nameOf(run)): Chart => {
  const { load, worstBlock: worst } = run;
  return timelineChart({
    id: `timeline-${run.job.id}`,
    title: `${name} on ${run.device}`,
    note: `${counted(run.xruns, 'xrun')} in ${grouped(run.blocks)} blocks of ${run.blockFrames} frames. Dashed: the deadline. Dotted: half of the blocks lie below ${percentText(load.p50)}, 95 % below ${percentText(load.p95)}, 99 % below ${percentText(load.p99)}.`,
    bins: run.timeline,
    levels: { p50: load.p50, p95: load.p95, p99: load.p99 },
    events: run.events.map((event) => ({
      atSeconds: event.appliedSeconds ?? event.atSeconds,
      text: `${event.slot ?? event.do}: ${event.to}`,
      load: null,
    })),
    worst: {
      atSeconds: worst?.atSeconds ?? 0,
      text: worst ? `block ${grouped(worst.block)}: ${percentText(worst.load)}` : 'no block',
      load: worst?.load ?? null,
    },
  });
};

/** The slots as the machine says it, and beside them where the time of the worst block went. */
const madeOf = (run: RunResult, name: string): Chart => {
  const { job, slots, worstBlock, blockFrames } = run;
  return barChart({
    id: `slots-${job.id}`,
    title: `Made of: ${name}`,
    note: 'Cycles per sample: of each slot next to everything it shares caches with, and of the worst block by cause.',
    unit: 'cycles per sample',
    groupName: 'of',
    groups: [
      {
        title: 'slots',
        bars: slots.map(({ name, cyclesPerSample: cycles, bypassed, placement }) =>
          cyclesBar(name, cycles, bypassed ? 'bypassed' : placement, bypassed ? 'muted' : 'plain'),
        ),
      },
      {
        title: worstBlock === null ? '' : `worst block, ${grouped(worstBlock.block)}`,
        bars: (worstBlock?.causes ?? []).map(({ cause, cycles }) =>
          cyclesBar(cause, cycles / blockFrames, '', 'near'),
        ),
      },
    ],
  });
};

const overlay = (runs: readonly RunResult[], called: typeof nameOf): Chart =>
  overlayChart({
    id: 'overlay',
    title: 'All runs',
    note: 'The worst block of each span of time. The dashed line is the deadline.',
    curves: runs
      .slice(0, mostCurves)
      .map((run) => ({ name: `${called(run)} on ${run.device}`, bins: run.timeline })),
  });

const sentence = ({ runs, failed }: RunDocument): string => {
  const late = runs.filter(({ xruns }) => xruns > 0);
  const most = late.reduce((sum, { xruns }) => sum + xruns, 0);
  const among = runs.length === 1 ? '' : ` in ${late.length} of ${counted(runs.length, 'run')}`;
  const answer = late.length === 0 ? 'No block comes late' : counted(most, 'xrun') + among;
  const worst = Math.max(0, ...runs.map(({ load }) => load.max));
  const lost = failed.length === 0 ? '' : ` ${counted(failed.length, 'run')} gave no result.`;
  return `${answer}; the highest load of a block is ${percentText(worst)}.${lost} Virtual time: no clock of this computer went into it.`;
};

export const runPage = (document: RunDocument): Page => {
  const { runs } = document;
  const [one, ...others] = new Set(runs.map(({ scenario }) => scenario));
  const isOne = others.length === 0;
  // What all runs share stands in the title.
  const called = (run: RunResult): string => (isOne && sweptText(run)) || nameOf(run);
  return {
    title: `${isOne ? (one ?? '') : 'Virtual pedals'}, block by block`,
    lead: sentence(document),
    figures: [
      ...(runs.length < 2 ? [] : [overlay(runs, called)]),
      ...runs
        .slice(0, pictured)
        .flatMap((run) => [timelineFigure(run, called(run)), madeOf(run, called(run))]),
    ],
    tables: [
      tableOf('Every run', runs, [
        left('scenario', called),
        left('device', ({ device }) => device),
        left('engine', ({ engine }) => orDash(engine, String)),
        left('mean load', ({ load }) => percentText(load.mean)),
        left('p50', ({ load }) => percentText(load.p50)),
        left('p99', ({ load }) => percentText(load.p99)),
        left('worst', ({ load }) => percentText(load.max)),
        left('xruns', ({ xruns }) => grouped(xruns)),
        left('verdict', ({ verdict }) => verdict),
        left('expectations', ({ passed }) => (passed ? 'hold' : 'do not hold')),
        left('digest', ({ digest }) => digest.slice(0, 16)),
      ]),
    ],
  };
};
