/** What a view exports: the data behind it, a chart of it, or the screen itself. Pure. */
import { explainPage } from '../report/html/explain-page.ts';
import { loadBar, plainChart } from '../report/html/page-parts.ts';
import { predictPage } from '../report/html/predict-page.ts';
import { timelineFigure } from '../report/html/run-page.ts';
import type { Job } from '../scenario/parse-scenario.ts';
import type { PredictRow } from '../study/predict/row.ts';
import { tool } from '../workbench/package-info.ts';
import type { Explained, PedalReport } from '../workers/screen/task.ts';
import { timelineOf } from './run-command.ts';
import * as select from './select.ts';
import type { ExportFormat, ScreenName, State } from './state.ts';
import { timelineTask } from './tasks.ts';
import type { View } from './view/line.ts';
import { renderView } from './view/render-view.ts';
import { rigLoads } from './view/rig.ts';

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

const shownRows = (state: State): readonly PredictRow[] =>
  select
    .visibleDevices(state)
    .filter(({ id }) => state.screen === 'matrix' || id === select.selectedDevice(state)?.id)
    .flatMap(({ id }) => select.rowsOf(state, id));

const simulated = (state: State) => select.knownOf(state, select.playTaskNow(state))?.value ?? [];

const withoutBins = ({ bins: _, ...report }: PedalReport): Omit<PedalReport, 'bins'> => report;

const rigSvg = (state: State, report: PedalReport): string => {
  const { alone, sum, joint } = rigLoads(report);
  const bar = (label: string, load: number) =>
    loadBar(label, load, load > 1 ? 'over' : '', load > 1 ? 'bad' : 'good');
  const slots = report.slots.map(({ name }, i) => bar(`${name} alone`, alone[i] ?? 0));
  const made = report.slots.map(({ name, what }) => `${name}: ${what}`).join(', ');
  return plainChart({
    id: 'rig',
    title: `A rig on ${select.selectedDevice(state)?.name ?? ''}, ${state.rig.chain}`,
    note: `${made}. Share of what one core has for models in a block.`,
    unit: 'load in percent of one core',
    limits: [{ at: 100, text: 'whole core' }],
    cutAt: 200,
    bars: [...slots, bar('sum', sum), bar('together', joint)],
  }).svg;
};

const predictSvg = (rows: readonly PredictRow[]): string | undefined =>
  predictPage({ rows }).figures[0]?.svg;

const explainSvg = ({ row, explanation }: Explained): string | undefined => {
  const subject = `${row.model} ${row.width.label} on ${row.deviceName}`;
  const { figures } = explainPage(explanation, subject, row);
  return figures.find((figure) => figure.id === 'layers')?.svg;
};

/** What a screen has; null where there is nothing yet. The picture is drawn where it is asked for. */
interface Exported {
  readonly data: Readonly<Record<string, unknown>>;
  readonly svg: () => string | undefined;
}

const exportsOf: Readonly<Record<ScreenName, (state: State) => Exported | null>> = {
  matrix: (state) => {
    const rows = shownRows(state);
    return rows.length === 0 ? null : { data: { rows }, svg: () => predictSvg(rows) };
  },
  pedal: (state) => {
    const rows = shownRows(state);
    if (rows.length === 0) return null;
    const pedals = simulated(state).map(withoutBins);
    return { data: { rows, pedals }, svg: () => predictSvg(rows) };
  },
  rig: (state) => {
    const report = simulated(state).find(({ fault }) => fault === null);
    if (report === undefined) return null;
    const device = select.selectedDevice(state)?.id;
    const about = { device, chain: state.rig.chain, loads: rigLoads(report) };
    const data = { ...about, pedal: withoutBins(report) };
    return { data, svg: () => rigSvg(state, report) };
  },
  explain: (state) => {
    const value = select.knownOf(state, select.explainTaskNow(state))?.value;
    if (!value) return null;
    const data = { prediction: value.row, ...value.explanation };
    return { data, svg: () => explainSvg(value) };
  },
  scenario: (state) => {
    const timeline = timelineOf(state);
    if (timeline === null) return null;
    const { run, ...columns } = timeline;
    const blocks = Object.entries(columns).map(([name, values]) => [name, Array.from(values)]);
    const data = { run, blocks: Object.fromEntries(blocks) };
    return { data, svg: () => timelineFigure(run).svg };
  },
};

const endings = { json: 'json', svg: 'svg', text: 'txt', scenario: 'scenario.json' } as const;

/** What plays on the selected pedal: of its widths the one under the cursor. */
const jobNow = (state: State): Job | null => {
  if (state.screen === 'scenario') return timelineTask(state)?.job ?? null;
  const pedals = select.playTaskNow(state)?.pedals ?? [];
  const width = select.selectedWidth(state)?.label;
  return (pedals.find(({ label }) => label === width) ?? pedals.at(-1))?.job ?? null;
};

/** 'pedalbench-pedal-a2-mod-dwarf': of what is shown, safe in any folder. */
const nameOf = (state: State): string => {
  const { screen, settings, scenario } = state;
  const device = screen === 'matrix' ? [] : [select.selectedDevice(state)?.id ?? ''];
  const about = screen === 'scenario' ? [scenario.id ?? ''] : [settings.model, ...device];
  const safe = about.map((word) => (word.split('/').pop() ?? '').replace(/[^\w.-]+/g, '-'));
  return ['pedalbench', screen, ...safe].join('-').replace(/\.nam$/, '');
};

type Size = Pick<View, 'cols' | 'rows' | 'ascii'>;
type TextOf = (state: State, size: Size) => string | null;

const texts: Readonly<Record<ExportFormat, TextOf>> = {
  json: (state) => {
    const { screen: view, settings } = state;
    const exported = exportsOf[view](state);
    const head = { schema: 'pedalbench.tui/1', tool, view, settings };
    return exported && JSON.stringify({ ...head, ...exported.data }, null, 2);
  },
  svg: (state) => exportsOf[state.screen](state)?.svg() ?? null,
  text: (state, size) => {
    const shown: State = { ...state, mode: { kind: 'browse' }, message: null };
    const lines = renderView(shown, { ...size, color: false }).map((line) => line.trimEnd());
    return lines.join('\n').trimEnd();
  },
  scenario: (state) => {
    const job = jobNow(state);
    return job && JSON.stringify({ ...job.scenario, seed: job.seed }, null, 2);
  },
};

/** Null where the view has nothing to export yet. */
export const exportView = (state: State, format: ExportFormat, size: Size): ExportedFile | null => {
  const text = texts[format](state, size);
  return text === null ? null : { name: `${nameOf(state)}.${endings[format]}`, text: `${text}\n` };
};
