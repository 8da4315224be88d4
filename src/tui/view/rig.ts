/** Slots on one pedal: each alone, the sum of them, and what they really take together. */
import { bar } from '../../report/text/bar.ts';
import { widthOf } from '../../report/text/text-width.ts';
import type { SlotResult } from '../../study/simulate/run-result.ts';
import { grouped } from '../../units/number-text.ts';
import type { PedalReport } from '../../workers/screen/task.ts';
import { knownOf, playTaskNow, rigWidths, selectedDevice, trainedLabels } from '../select.ts';
import { irTaps, type RigSlot, type State } from '../state.ts';
import { playGraph } from './graph.ts';
import { cell, gap, type Line, listLine, nameCell, span, type View } from './line.ts';
import * as parts from './parts.ts';

/** As many widths as there is room for, the chosen one among them. */
const widthChoices = (labels: readonly string[], chosen: string | null, columns: number): Line => {
  const each = Math.max(...labels.map((label) => widthOf(label))) + 3;
  const shown = Math.max(1, Math.min(labels.length, Math.floor((columns - 4) / each)));
  const from = parts.windowStart(labels.indexOf(chosen ?? ''), labels.length, shown);
  return [
    span(from > 0 ? '◂ ' : '  ', 'dim'),
    ...labels.slice(from, from + shown).map((label) => {
      const isChosen = label === chosen;
      return cell(isChosen ? `[${label}]` : ` ${label}`, each, isChosen ? 'bold' : 'dim');
    }),
    span(from + shown < labels.length ? '▸' : '', 'dim'),
  ];
};

/** What stands in a slot, what that can be turned to, and what it is turned to. */
const turned = (state: State, slot: RigSlot, i: number) => {
  if ('model' in slot) {
    const labels = trainedLabels(state, slot.model);
    return { name: slot.model, labels, chosen: rigWidths(state)[i] ?? null };
  }
  if (typeof slot.ir === 'string') return { name: `IR ${slot.ir}`, labels: [], chosen: null };
  return { name: 'IR, taps', labels: irTaps.map(String), chosen: String(slot.ir) };
};

const slotLine = (state: State, slot: RigSlot, i: number, view: View): Line => {
  const focused = state.rig.focus === i;
  const { name, labels, chosen } = turned(state, slot, i);
  const names = Math.min(24, Math.max(8, view.cols - 50));
  return listLine(focused, [
    span(`slot ${String.fromCharCode(65 + i)}  `, focused ? 'bold' : 'dim'),
    nameCell(name, names, focused ? 'bold' : undefined),
    ...(labels.length > 0
      ? widthChoices(labels, chosen, view.cols - names - 10)
      : [span('model' in slot ? '  reading its widths' : '', 'dim')]),
  ]);
};

/** Cycles per block of the busiest core. */
const busiest = (slots: readonly SlotResult[]): number => {
  const byCore = new Map<number, number>();
  for (const { cores, cyclesPerBlock } of slots) {
    const each = cyclesPerBlock.expected / cores.length;
    for (const core of cores) byCore.set(core, (byCore.get(core) ?? 0) + each);
  }
  return Math.max(0, ...byCore.values());
};

/** Shares of what one core has for models in a block. */
export const rigLoads = ({ slots, budgetCyclesPerBlock: budget }: PedalReport) => {
  const alone = slots.map((slot) => slot.aloneCyclesPerBlock.expected / budget);
  const sum = alone.reduce((total, load) => total + load, 0);
  return { alone, sum, joint: busiest(slots) / budget };
};

const comparison = (report: PedalReport, view: View, rows: number): Line[] => {
  const { alone, sum, joint } = rigLoads(report);
  // A bar as long as the largest, so that the four can be compared where they are over.
  const full = Math.max(1, sum, joint);
  const labels = view.cols >= 100 ? 34 : 26;
  const bars = Math.max(4, Math.min(Math.floor(view.cols / 3), view.cols - labels - 30));
  const limit = Math.round(bars / full);
  /** A bar with a mark where the time of a block is over. */
  const line = (label: string, load: number, words: string): Line => {
    const text = bar(load / full, bars, view.ascii);
    const drawn = `${text.slice(0, limit)}│${text.slice(limit)}`;
    const share = cell(parts.loadText(load), parts.loadColumns, undefined, 'right');
    const marked = [{ text: drawn, ink: parts.loadInk(load) }, gap(1), share, gap(1)];
    return [cell(`  ${label}`, labels), ...marked, span(words, 'dim')];
  };
  const sharing = report.slots.reduce((total, slot) => total + slot.sharingCyclesPerBlock, 0);
  const cores = new Set(report.slots.flatMap((slot) => slot.cores)).size;
  const together = cores > 1 ? `busiest of ${cores} cores` : `sharing costs ${grouped(sharing)}`;
  const each = report.slots.map(({ name, what, aloneCyclesPerBlock: { expected } }, i) =>
    line(`${name} alone, ${what}`, alone[i] ?? 0, `${grouped(expected)} cycles/block`),
  );
  const left = span(parts.headroomText(1 - joint), parts.loadInk(joint));
  return [
    ...(rows > each.length + 4 ? [[gap(labels + limit - 3), span('100%', 'dim')]] : []),
    ...each.slice(0, rows - 3),
    line('sum of the slots', sum, 'on one core'),
    line('together', joint, together),
    [cell('  headroom together', labels), left],
  ];
};

const noChip =
  'No chip is published, or it takes no .nam: nothing can be costed together. o chooses another pedal.';

export const rigBody = (state: State, view: View, rows: number): Line[] => {
  const device = selectedDevice(state);
  if (device === null) return [parts.textLine('no pedal', 'dim')];
  const top: Line[] = [
    [span(`  ${device.name}`, 'bold'), span('  chain ', 'dim'), span(state.rig.chain, 'bold')],
    ...state.rig.slots.map((slot, i) => slotLine(state, slot, i, view)),
  ];
  if (!device.plays) return [...top, ...parts.wrapped(noChip, view, 'yellow')];
  const known = knownOf(state, playTaskNow(state));
  const report = known?.value?.[0] ?? null;
  if (report === null) return [...top, ...parts.statusLines(known, view)];
  if (report.fault !== null) return [...top, ...parts.wrapped(report.fault, view, 'red')];
  const stalled =
    (known?.silentSeconds ?? 0) > 0 ? [parts.textLine(parts.statusWords(known), 'yellow')] : [];
  const sums = comparison(report, view, rows - top.length - stalled.length - 1);
  const body = [...top, ...sums, parts.playedLine(report), ...stalled];
  const left = rows - body.length;
  const title = [span('block loads', 'dim')];
  return [...body, ...playGraph(title, known?.history.rig ?? [], view, left)];
};
