/** Lists and help, in the place of the screen's body. */
import { padEnd } from '../../report/text/text-width.ts';
import { bindings, shownKey } from '../keys.ts';
import { narrowed } from '../picker.ts';
import type { Picker } from '../state.ts';
import { type Line, span, type View } from './line.ts';
import { windowStart } from './parts.ts';

export const pickerBody = (picker: Picker, rows: number): Line[] => {
  const list = narrowed(picker);
  const selected = Math.min(picker.selected, Math.max(0, list.length - 1));
  const shown = Math.max(1, rows - 3);
  const from = windowStart(selected, list.length, shown);
  return [
    [
      span(`  choose ${picker.what === 'export' ? 'export as' : `the ${picker.what}`}`, 'bold'),
      span(picker.typed === '' ? '' : `  ${picker.typed}_`, 'cyan'),
    ],
    [],
    ...list.slice(from, from + shown).map(({ text }, i): Line => {
      const here = from + i === selected;
      return [span(here ? '▸ ' : '  ', 'cyan'), span(text, here ? 'bold' : undefined)];
    }),
    ...(list.length === 0 ? [[span('  nothing contains that', 'yellow')]] : []),
  ];
};

const words: readonly string[] = [
  'A cell is the load of one audio core, after what the pedal keeps for itself: fits, tight (less',
  'headroom than the pedal needs), over, wont-load (memory), unknown. 2x is the same for two at once.',
  'worst and xruns come from the virtual pedal, which plays while you look.',
];

export const helpBody = (top: number, view: View, rows: number): Line[] => {
  const keys = bindings.map(
    (binding): Line => [
      span(`  ${padEnd(shownKey(binding.shown, view.ascii), 12)}`, 'cyan'),
      span(binding.help),
    ],
  );
  const all: Line[] = [
    [span('  help: every key', 'bold')],
    ...keys,
    [],
    ...words.map((text): Line => [span(`  ${text}`, 'dim')]),
  ];
  // In two columns where there is room, so that it is seen at once.
  const start = Math.min(top, Math.max(0, all.length - rows));
  return all.slice(start, start + rows);
};
