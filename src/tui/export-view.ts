/** What a view exports: the data behind it, a chart of it, or the screen itself. Pure. */

import { barChart } from '../report/chart/bar-chart.ts';
import type { Tone } from '../report/chart/svg.ts';
import { type TimelineBin, timelineChart } from '../report/chart/timeline-chart.ts';
import { explainPage } from '../report/html/explain-page.ts';
import { predictPage } from '../report/html/predict-page.ts';
import { percentText } from '../report/html/tones.ts';
import type { PredictRow } from '../study/predict/row.ts';
import type { PedalReport, Timeline } from '../workers/screen/task.ts';
import {
  knownOf,
  rowsOf,
  selectedDevice,
  selectedWidth,
  visibleDevices,
  widthsNow,
} from './select.ts';
import type { ExportFormat, State } from './state.ts';
import { dualTask, explainTask, playTask, timelineTask } from './tasks.ts';
import { dualLoads } from './view/dual.ts';
import { renderView } from './view/render-view.ts';
import { dualWidths } from './wants.ts';

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

interface Tool {
  readonly name: string;
  readonly version: string;
}

const shownRows = (state: State): readonly PredictRow[] => {
  const devices =
    state.screen === 'matrix'
      ? visibleDevices(state)
      : visibleDevices(state).filter((device) => device.id === selectedDevice(state)?.id);
  return devices.flatMap((device) => rowsOf(state, device.id));
};

const explained = (state: State) => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  if (device === null || width === null) return null;
  return knownOf<'explain'>(state, explainTask(state, device.id, width.label))?.value ?? null;
};

const simulated = (state: State): readonly PedalReport[] => {
  const device = selectedDevice(state);
  if (device === null) return [];
  const task =
    state.screen === 'dual'
      ? dualTask(state, device.id, dualWidths(state))
      : playTask(state, device.id, widthsNow(state));
  return task === null ? [] : (knownOf<'play'>(state, task)?.value ?? []);
};

const timelineOf = (state: State): Timeline | null => {
  const task = timelineTask(state);
  return task === null ? null : (knownOf<'timeline'>(state, task)?.value ?? null);
};

/** Null where there is nothing yet. */
const dataOf = (state: State): Readonly<Record<string, unknown>> | null => {
  const pedals = simulated(state).map(({ bins: _, ...report }) => report);
  switch (state.screen) {
    case 'matrix': {
      const rows = shownRows(state);
      return rows.length === 0 ? null : { rows };
    }
    case 'pedal': {
      const rows = shownRows(state);
      return rows.length === 0 ? null : { rows, pedals };
    }
    case 'dual': {
      const [report] = pedals;
      const [loads] = simulated(state)
        .filter(({ fault }) => fault === null)
        .map(dualLoads);
      return report === undefined || loads === undefined
        ? null
        : { device: selectedDevice(state)?.id, chain: state.dual.chain, loads, pedal: report };
    }
    case 'explain': {
      const value = explained(state);
      return value === null ? null : { prediction: value.row, ...value.explanation };
    }
    case 'scenario': {
      const timeline = timelineOf(state);
      if (timeline === null) return null;
      const { run, ...blocks } = timeline;
      const columns = Object.entries(blocks).map(([name, values]) => [name, Array.from(values)]);
      return { run, blocks: Object.fromEntries(columns) };
    }
    default:
      return state.screen satisfies never;
  }
};

const binsOf = ({ load, flags, startSeconds }: Timeline, count: number): TimelineBin[] => {
  const bins = Math.min(count, load.length);
  return Array.from({ length: bins }, (_, i) => {
    const from = Math.floor((i * load.length) / bins);
    const to = Math.max(from + 1, Math.floor(((i + 1) * load.length) / bins));
    const loads = Array.from(load.subarray(from, to));
    return {
      startSeconds: startSeconds[from] ?? 0,
      meanLoad: loads.reduce((sum, value) => sum + value, 0) / loads.length,
      maxLoad: loads.reduce((most, value) => Math.max(most, value), 0),
      xruns: flags.subarray(from, to).reduce((sum, flag) => sum + (flag === 0 ? 0 : 1), 0),
    };
  });
};

const timelineSvg = (timeline: Timeline): string => {
  const { run } = timeline;
  return timelineChart({
    id: 'timeline',
    title: run.title ?? run.scenario,
    note: `${run.device}, ${run.engine ?? 'no engine'}`,
    bins: binsOf(timeline, 400),
    events: run.events.flatMap((event) =>
      event.appliedSeconds === null
        ? []
        : [
            {
              atSeconds: event.appliedSeconds,
              text: `${event.slot ?? event.do}: ${event.to}`,
              load: null,
            },
          ],
    ),
    worst: {
      atSeconds: run.worstBlock?.atSeconds ?? 0,
      text: 'worst block',
      load: run.worstBlock?.load ?? null,
    },
  }).svg;
};

const toneOf = (load: number): Tone => (load > 1 ? 'bad' : 'good');

const dualSvg = (state: State, report: PedalReport): string => {
  const { alone, sum, joint } = dualLoads(report);
  const bar = (label: string, load: number) => ({
    label,
    value: load * 100,
    text: percentText(load),
    word: load > 1 ? 'over' : '',
    tone: toneOf(load),
  });
  return barChart({
    id: 'dual',
    title: `Two at once on ${selectedDevice(state)?.name ?? ''}, ${state.dual.chain}`,
    note: 'Share of what one core has for models in a block.',
    unit: 'load in percent of one core',
    groupName: 'pedal',
    labelName: 'what',
    groups: [
      {
        title: report.slots.map(({ name, what }) => `${name}: ${what}`).join(', '),
        bars: [
          ...report.slots.map((slot, i) => bar(`${slot.name} alone`, alone[i] ?? 0)),
          bar('sum', sum),
          bar('together', joint),
        ],
      },
    ],
    limits: [{ at: 100, text: 'limit' }],
    cutAt: 200,
  }).svg;
};

/** Null where there is nothing to draw yet. */
const svgOf = (state: State, tool: string): string | null => {
  switch (state.screen) {
    case 'matrix':
    case 'pedal': {
      const page = predictPage(
        { rows: shownRows(state), skipped: [], warnings: [] },
        'pedalbench tui',
        tool,
      );
      return page.figures[0]?.svg ?? null;
    }
    case 'dual': {
      const [report] = simulated(state);
      return report === undefined || report.fault !== null ? null : dualSvg(state, report);
    }
    case 'explain': {
      const value = explained(state);
      if (value === null) return null;
      const subject = `${value.row.model} ${value.row.width.label} on ${value.row.deviceName}`;
      const { figures } = explainPage(value.explanation, subject, 'pedalbench tui', tool);
      return figures.find((figure) => figure.id === 'layers')?.svg ?? figures[0]?.svg ?? null;
    }
    case 'scenario': {
      const timeline = timelineOf(state);
      return timeline === null ? null : timelineSvg(timeline);
    }
    default:
      return state.screen satisfies never;
  }
};

const endings: Readonly<Record<ExportFormat, string>> = { json: 'json', svg: 'svg', text: 'txt' };

/** 'tui-pedal-a2-mod-dwarf': of what is shown, safe in any folder. */
const nameOf = (state: State): string => {
  const about =
    state.screen === 'scenario'
      ? [state.scenario.id ?? '']
      : [
          state.settings.model,
          ...(state.screen === 'matrix' ? [] : [selectedDevice(state)?.id ?? '']),
        ];
  const safe = about.map((word) => (word.split('/').pop() ?? '').replace(/[^\w.-]+/g, '-'));
  return ['pedalbench', state.screen, ...safe].join('-').replace(/\.nam$/, '');
};

/** Null where the view has nothing to export yet. */
export const exportView = (
  state: State,
  format: ExportFormat,
  size: { readonly cols: number; readonly rows: number; readonly ascii: boolean },
  tool: Tool,
): ExportedFile | null => {
  const name = `${nameOf(state)}.${endings[format]}`;
  switch (format) {
    case 'json': {
      const data = dataOf(state);
      if (data === null) return null;
      const head = {
        schema: 'pedalbench.tui/1',
        tool,
        view: state.screen,
        settings: state.settings,
      };
      return { name, text: `${JSON.stringify({ ...head, ...data }, null, 2)}\n` };
    }
    case 'svg': {
      const svg = svgOf(state, `${tool.name} ${tool.version}`);
      return svg === null ? null : { name, text: `${svg}\n` };
    }
    case 'text': {
      const lines = renderView(
        { ...state, mode: { kind: 'browse' }, message: null },
        { ...size, color: false },
      );
      return {
        name,
        text: `${lines
          .map((line) => line.trimEnd())
          .join('\n')
          .trimEnd()}\n`,
      };
    }
    default:
      return format satisfies never;
  }
};
