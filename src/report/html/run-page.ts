/** `run --html`: the timeline of each run with its worst block, and what it was made of. */
import type { RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { barChart } from '../chart/bar-chart.ts';
import type { Figure } from '../chart/svg.ts';
import { timelineChart } from '../chart/timeline-chart.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText } from './tones.ts';

/** Pictures for so many runs; the table has them all. */
const pictured = 12;

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

const nameOf = (run: RunResult): string => {
  const swept = Object.entries(run.swept).map(([path, value]) => `${path} ${String(value)}`);
  return [run.scenario, ...swept].join(', ');
};

const timeline = (run: RunResult): Figure => {
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

const slots = (run: RunResult): Figure =>
  barChart({
    id: `slots-${run.job.id}`,
    title: `What it is made of: ${nameOf(run)}`,
    note: 'Cycles per sample of each slot next to everything it shares caches with.',
    unit: 'cycles per sample',
    groupName: 'chain',
    labelName: 'slot',
    groups: [
      {
        title: '',
        bars: run.slots.map((slot) => ({
          label: slot.name,
          value: slot.cyclesPerSample,
          text: cyclesText(slot.cyclesPerSample),
          word: slot.bypassed ? 'bypassed' : slot.placement,
          tone: slot.bypassed ? 'muted' : 'plain',
        })),
      },
    ],
    limits: [],
  });

export const runPage = (document: RunDocument, command: string, tool: string): Page => ({
  title: 'Virtual pedals, block by block',
  lead: `${counted(document.runs.length, 'run')}, ${document.failed.length} failed. Virtual time: no clock of this computer went into it.`,
  figures: document.runs.slice(0, pictured).flatMap((run) => [timeline(run), slots(run)]),
  tables: [
    {
      caption: 'Every run',
      columns: [
        'scenario',
        'device',
        'engine',
        'mean load',
        'p99',
        'worst',
        'xruns',
        'verdict',
        'expectations',
        'digest',
      ],
      rows: document.runs.map((run) => [
        nameOf(run),
        run.device,
        run.engine ?? '–',
        percentText(run.load.mean),
        percentText(run.load.p99),
        percentText(run.load.max),
        String(run.xruns),
        run.verdict,
        run.passed ? 'hold' : 'do not hold',
        run.digest,
      ]),
    },
  ],
  command,
  tool,
});
