/** `run --html`: the timeline of each run with its worst block, and what it was made of. */
import type { RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import type { Chart } from '../chart/svg.ts';
import { timelineChart } from '../chart/timeline-chart.ts';
import { counted } from '../text/number.ts';
import { left } from '../text/text-table.ts';
import type { Page } from './page.ts';
import { cyclesBar, cyclesText, orDash, percentText, plainChart, tableOf } from './tones.ts';

/** Pictures for so many runs; the table has them all. */
const pictured = 12;

const nameOf = (run: RunResult): string => {
  const swept = Object.entries(run.swept).map(([path, value]) => `${path} ${String(value)}`);
  return [run.scenario, ...swept].join(', ');
};

const timeline = (run: RunResult): Chart => {
  const worst = run.worstBlock;
  const causes = (worst?.causes ?? [])
    .slice(0, 3)
    .map(({ cause, cycles }) => `${cause} ${cyclesText(cycles)}`)
    .join(', ');
  return timelineChart({
    id: `timeline-${run.job.id}`,
    title: `${nameOf(run)} on ${run.device}`,
    note: `${counted(run.xruns, 'xrun')} in ${run.blocks} blocks of ${run.blockFrames} frames. The dashed line is the deadline's load. Worst block, in cycles: ${causes || 'none'}.`,
    bins: run.timeline,
    events: run.events.map((event) => ({
      atSeconds: event.appliedSeconds ?? event.atSeconds,
      text: event.to,
      load: null,
    })),
    worst: {
      atSeconds: worst?.atSeconds ?? 0,
      text: worst === null ? 'no block' : `block ${worst.block}: ${percentText(worst.load)}`,
      load: worst?.load ?? null,
    },
  });
};

const slots = (run: RunResult): Chart =>
  plainChart({
    id: `slots-${run.job.id}`,
    title: `What it is made of: ${nameOf(run)}`,
    note: 'Cycles per sample of each slot next to everything it shares caches with.',
    unit: 'cycles per sample',
    labelName: 'slot',
    bars: run.slots.map(({ name, cyclesPerSample, bypassed, placement }) =>
      bypassed
        ? cyclesBar(name, cyclesPerSample, 'bypassed', 'muted')
        : cyclesBar(name, cyclesPerSample, placement, 'plain'),
    ),
  });

export const runPage = ({ runs, failed }: RunDocument): Page => ({
  title: 'Virtual pedals, block by block',
  lead: `${counted(runs.length, 'run')}, ${failed.length} failed. Virtual time: no clock of this computer went into it.`,
  figures: runs.slice(0, pictured).flatMap((run) => [timeline(run), slots(run)]),
  tables: [
    tableOf('Every run', runs, [
      left('scenario', nameOf),
      left('device', ({ device }) => device),
      left('engine', ({ engine }) => orDash(engine, String)),
      left('mean load', ({ load }) => percentText(load.mean)),
      left('p99', ({ load }) => percentText(load.p99)),
      left('worst', ({ load }) => percentText(load.max)),
      left('xruns', ({ xruns }) => String(xruns)),
      left('verdict', ({ verdict }) => verdict),
      left('expectations', ({ passed }) => (passed ? 'hold' : 'do not hold')),
      left('digest', ({ digest }) => digest),
    ]),
  ],
});
