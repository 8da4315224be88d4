/** The first screen as text, with everything predicted: for logs, pipes and terminals that cannot paint. */
import type { Workbench } from '../workbench/workbench.ts';
import { answerRows, answerWidths } from '../workers/screen/answers.ts';
import type { RowsTask, WidthsTask } from '../workers/screen/task.ts';
import { reduce } from './reduce.ts';
import { keyOf, selectedDevice, wantsOf } from './select.ts';
import type { State } from './state.ts';
import type { View } from './view/line.ts';
import { renderView } from './view/render-view.ts';

/** The answers of the first screen, one after the other; `onShare` hears how far it is. */
export const answerAll = async (
  start: State,
  workbench: Workbench,
  onShare: (share: number) => Promise<void>,
): Promise<State> => {
  let state = start;
  const answer = (task: WidthsTask | RowsTask): void => {
    const id = keyOf(task);
    state = reduce(state, { type: 'waiting', id, kind: task.kind });
    try {
      const value =
        task.kind === 'widths' ? answerWidths(workbench, task) : answerRows(workbench, task);
      state = reduce(state, { type: 'answer', id, value });
    } catch (error) {
      state = reduce(state, { type: 'failed', id, reason: (error as Error).message });
    }
  };
  const first = wantsOf(state).filter((task) => task.kind === 'widths' || task.kind === 'rows');
  const chosen = selectedDevice(state)?.id;
  const tasks = first.filter(
    (task) => task.kind !== 'rows' || state.screen === 'matrix' || task.device === chosen,
  );
  for (const [i, task] of tasks.entries()) {
    answer(task);
    await onShare((i + 1) / tasks.length);
  }
  return state;
};

/** As many lines as it takes; without keys, because nobody can press one. */
export const renderOnce = (state: State, view: Omit<View, 'rows'>): string => {
  const rows = state.catalogue.devices.length + 14;
  const lines = renderView(state, { ...view, rows, still: true }).slice(0, -2);
  // Nothing is live in a print: the line of tabs goes.
  const body = lines.slice(1).map((line) => line.trimEnd());
  return `${body.join('\n').trimEnd()}\n`;
};
