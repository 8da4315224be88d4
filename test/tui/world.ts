/** A state with answers in it, and the keys that change it. */
import { join } from 'node:path';
import type { PredictRow, WidthInfo } from '../../src/study/predict/row.ts';
import { devicesIn } from '../../src/tui/catalogue.ts';
import { reduce } from '../../src/tui/reduce.ts';
import { keyOf } from '../../src/tui/select.ts';
import { type Catalogue, initialState, type State } from '../../src/tui/state.ts';
import { playTask, rowsTask, widthsTask } from '../../src/tui/tasks.ts';
import type { PedalReport, ScreenAnswers, ScreenTask } from '../../src/workers/screen/task.ts';
import { row } from '../report/prediction.ts';

export const root: string = join(import.meta.dirname, '../..');

export const catalogue: Catalogue = {
  devices: devicesIn([join(root, 'devices')]),
  models: [
    { id: 'a2', shown: 'models/a2.nam' },
    { id: 'lstm-1x16', shown: 'models/lstm-1x16.nam' },
  ],
  sounds: ['cab.wav'],
  engines: ['nam-core', 'neural-audio'],
  scenarios: [],
};

export const start = (device?: string): State =>
  initialState(catalogue, { model: 'a2', ...(device === undefined ? {} : { device }) });

export const answer = <K extends ScreenTask['kind']>(
  state: State,
  task: Extract<ScreenTask, { kind: K }>,
  value: ScreenAnswers[K],
): State => {
  const id = keyOf(task);
  const waiting = reduce(state, { type: 'waiting', id, kind: task.kind });
  if (task.kind === 'play') {
    const pedals = value as readonly PedalReport[];
    return reduce(waiting, { type: 'report', id, report: { kind: 'pedals', pedals } });
  }
  return reduce(waiting, { type: 'answer', id, value });
};

const widthNames = ['lite', 'full'] as const;

export const widths: readonly WidthInfo[] = widthNames.map(
  (label, i) => row({ width: label, channels: [i === 0 ? 3 : 8], weights: 1871 }).width,
);

/** Lite at `load`, full at six times that, each once and twice. */
export const rowsAt = (state: State, device: string, load: number | null): readonly PredictRow[] =>
  widths.flatMap((width, i) =>
    (state.settings.copies === 1 ? [1, 2] : [state.settings.copies]).map((copies) => ({
      ...row({
        device,
        load: load === null ? null : load * (i === 0 ? 1 : 6) * copies,
        copies,
        engine: load === null ? null : 'neural-audio',
      }),
      width,
    })),
  );

export const pedalReport = (label: string, load: number, xruns: number): PedalReport => ({
  label,
  blocks: 375,
  seconds: 1,
  durationSeconds: 60,
  load: { mean: load, p50: load, p95: load, p99: load * 1.1, p999: load * 1.2, max: load * 1.2 },
  xruns,
  bins: [load, load * 1.2, load],
  binSeconds: 0.05,
  slots: [],
  budgetCyclesPerBlock: 1e6,
  run: null,
  fault: null,
});

/** Everything known: all rows and all pedals at about this load. */
export const answered = (before: State, load: number): State => {
  let state = answer<'widths'>(before, widthsTask(before, before.settings.model), widths);
  for (const device of catalogue.devices) {
    const task = rowsTask(state, device.id);
    state = answer<'rows'>(state, task, rowsAt(state, device.id, device.plays ? load : null));
    const play = playTask(state, device.id, widths);
    if (play === null) continue;
    const reports = widthNames.map((label, i) =>
      pedalReport(label, load * (i === 0 ? 1 : 6), load > 1 ? 8083 : 0),
    );
    state = answer<'play'>(state, play, reports);
  }
  return state;
};

/** Keys by name; single characters type themselves. */
export const press = (state: State, ...keys: readonly string[]): State =>
  keys.reduce(
    (now, key) => reduce(now, { type: 'key', key, char: key.length === 1 ? key : null }),
    state,
  );
