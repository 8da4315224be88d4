/** Simulated runs for people: one line each, and for few of them what happened in each. */
import type { LiveResult, RunDocument, RunResult } from '../study/simulate/run-result.ts';
import { grouped, hertz, percent, short } from '../units/number-text.ts';
import { verdictLooks } from './predict/cell.ts';
import { bar } from './text/bar.ts';
import { blocksText } from './text/blocks.ts';
import { left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clipMiddle, printable, wrap } from './text/text-width.ts';

/** Up to so many runs are shown in detail. */
const detailed = 3;
const causesShown = 5;

export const milliseconds = (seconds: number): string => `${short(seconds * 1000)} ms`;

/** What a block took the most cycles for. */
export const causesText = (
  { causes }: NonNullable<RunResult['worstBlock']>,
  most: number,
): string =>
  causes
    .slice(0, most)
    .map(({ cause, cycles }) => `${cause} ${grouped(cycles)}`)
    .join(', ');

/** Slots by their names: 'amp + cabinet'. */
const sweptValue = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(sweptValue).join(' + ');
  const isNamed = typeof value === 'object' && value !== null && 'name' in value;
  return isNamed ? String(value.name) : typeof value === 'string' ? value : JSON.stringify(value);
};

export const sweptText = (run: Pick<RunResult, 'swept'>): string =>
  Object.entries(run.swept)
    .map(([path, value]) => `${path}=${sweptValue(value)}`)
    .join(' ');

/** What verdict and expectation take beside it. */
const outcomeColumns = 21;

const table = (runs: readonly RunResult[], style: Style): string[] => {
  const swept = runs.some((run) => Object.keys(run.swept).length > 0);
  // What tells the runs of a sweep apart stays longest.
  const alike = (['scenario', 'device'] as const).filter(
    (key) => swept && runs.every((run) => run[key] === runs[0]?.[key]),
  );
  const dispensable = ['', 'mean', 'p99', ...alike, 'xruns', 'worst block'];
  const sweep = (run: RunResult): string =>
    clipMiddle(printable(sweptText(run)), Math.max(16, style.columns - outcomeColumns));
  return textTable(runs, { ...style, dispensable }, [
    left('scenario', (run) => printable(run.scenario)),
    ...(swept ? [left('sweep', sweep)] : []),
    left('device', (run) => run.device),
    right('mean', (run) => percent(run.load.mean)),
    right('p99', (run) => percent(run.load.p99)),
    right('worst block', (run) => percent(run.load.max)),
    left('', (run) => bar(run.load.max, 10, style.ascii)),
    right('xruns', (run) => grouped(run.xruns)),
    left('verdict', (run) => paint(style, verdictLooks[run.verdict].ink, run.verdict)),
    left('expected', (run) => passText(run.passed, style)),
  ]);
};

const passText = (passed: boolean, style: Style): string =>
  passed ? paint(style, 'green', 'holds') : paint(style, 'red', 'FAILS');

const slotText = (slot: RunResult['slots'][number]): string => {
  const { best, expected, worst } = slot.cyclesPerBlock;
  const shared = slot.sharingCyclesPerBlock;
  const sharing = Math.abs(shared) < 0.5 ? '' : `, ${grouped(shared)} of them for sharing`;
  const range = best === worst ? '' : ` (${grouped(best)} at best, ${grouped(worst)} at worst)`;
  const cost = slot.bypassed ? 'bypassed' : `${grouped(expected)} cycles a block${range}${sharing}`;
  return `${printable(slot.name)}: ${printable(slot.what)} on core ${slot.cores.join(', ')}: ${cost}`;
};

const eventText = (event: RunResult['events'][number]): string => {
  const applied =
    event.appliedSeconds === null
      ? 'not applied before the end'
      : `from block ${grouped(event.appliedBlock ?? 0)} (${short(event.appliedSeconds)} s)`;
  const what = `${printable(event.slot ?? event.do)} to ${printable(event.to)}`;
  return `${short(event.atSeconds)} s: ${event.by} sets ${what}, ${applied}`;
};

const worstText = (worst: NonNullable<RunResult['worstBlock']>): string => {
  const { block, atSeconds, responseSeconds, dueSeconds, late } = worst;
  return `worst block: ${grouped(block)} at ${atSeconds.toFixed(3)} s, ${milliseconds(responseSeconds)} of ${milliseconds(dueSeconds)}${late ? ', late' : ''}; cycles: ${causesText(worst, causesShown)}`;
};

const detail = (run: RunResult, style: Style): string[] => {
  const { jackLoad, worstBlock: worst } = run;
  const jack = `JACK's display shows ${percent(jackLoad ?? 0)} at the end, host and graph included`;
  const facts = [
    ...run.slots.map(slotText),
    ...run.events.map(eventText),
    ...(jackLoad === null ? [] : [jack]),
    ...(worst === null ? [] : [worstText(worst)]),
    ...run.expectations.map(
      (e) => `${e.what} ${short(e.limit)}: ${short(e.actual)}, ${passText(e.passed, style)}`,
    ),
  ];
  return [
    paint(style, 'bold', printable(`${run.title ?? run.scenario} ${sweptText(run)}`.trim())),
    `${run.device}, ${run.engine ?? 'no engine'}, ${run.chain}, ${run.blockFrames} frames at ${hertz(run.sampleRateHz)}, ${short(run.simulatedSeconds)} s, seed ${run.seed}`,
    ...facts.map((text) => `  ${text}`),
    ...run.warnings.flatMap((warning) => wrap(`  ${printable(warning)}`, style.columns)),
  ];
};

const failure = (job: RunDocument['failed'][number]): string =>
  `${printable(job.scenario)} ${printable(sweptText(job))}: gave no result, twice: ${printable(job.reason)}`;

/** What gave no result is no expectation that holds. */
const outcomeOf = (runs: number, misses: number, failed: number): string => {
  const lost = failed === 0 ? '' : `; ${failed} gave no result`;
  if (misses > 0) return `${misses} did not do what was expected${lost}`;
  if (runs === 0) return `nothing was checked against what is expected${lost}`;
  return `every expectation${failed === 0 ? '' : ' of the others'} holds${lost}`;
};

/** @param out where the files went; null for nowhere */
export const renderRuns = (document: RunDocument, style: Style, out: string | null): string => {
  const { runs, failed, sweep } = document;
  const misses = runs.filter((run) => !run.passed);
  const shown = runs.length <= detailed ? runs : misses.slice(0, detailed);
  const all = `${sweep.shard === null ? '' : `shard ${sweep.shard} of `}${sweep.jobs}`;
  const counted = `${runs.length} of ${all} ${sweep.jobs === 1 ? 'run' : 'runs'}`;
  const outcome = outcomeOf(runs.length, misses.length, failed.length);
  return blocksText(
    runs.length > 0 ? table(runs, style) : [],
    ...shown.map((run) => detail(run, style)),
    failed.map((job) => paint(style, 'red', failure(job))),
    [
      `${counted}; ${outcome}; digest ${document.digest}`,
      paint(style, 'cyan', next(document, out)),
    ],
  );
};

const next = ({ interrupted, sweep }: RunDocument, out: string | null): string => {
  if (out === null) {
    return interrupted
      ? 'Interrupted. With --out DIR a run can be gone on with.'
      : 'Next: --out DIR writes the audio, the trace and the worst block.';
  }
  if (interrupted) return 'Interrupted. Go on with: the same command and --resume';
  return sweep.shard === null
    ? `Next: open ${printable(out)}/*/chrome-trace.json in ui.perfetto.dev`
    : `Next: pedalbench merge DIR... joins the shards; this one is in ${printable(out)}`;
};

/** Live runs: measured beside predicted, and that this is the wall clock. */
export const renderLive = (results: readonly LiveResult[], style: Style): string => {
  const lines = textTable(results, { ...style, dispensable: ['frames', 'p99'] }, [
    left('scenario', ({ scenario }) => printable(scenario)),
    right('frames', ({ blockFrames }) => grouped(blockFrames)),
    right('predicted', ({ predicted: at }) => (at === null ? 'unknown' : percent(at.load.p50))),
    right('measured p50', ({ measured }) => percent(measured.load.p50)),
    right('p99', ({ measured }) => percent(measured.load.p99)),
    right('worst', ({ measured }) => percent(measured.load.max)),
    right(
      'late blocks',
      ({ measured, blocks }) => `${grouped(measured.lateBlocks)} of ${grouped(blocks)}`,
    ),
  ]);
  const title = 'LIVE on this host, by the wall clock: not repeatable, and no virtual pedal';
  const note =
    'Chains run serially, without events, governors and disturbances; plain loads take no time here.';
  return blocksText([paint(style, 'bold', title), ...lines], [note]);
};
