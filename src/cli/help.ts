/** The help texts, examples first. Pure. */
import { blocksText } from '../report/text/blocks.ts';
import { wrap } from '../report/text/text-width.ts';
import { tool } from '../workbench/package-info.ts';
import type { Options } from './args.ts';
import { type Command, globalOptions } from './call.ts';
import type { Verb } from './verbs.ts';

/** Long left sides stand alone, with the explanation below them. */
const mostLeft = 34;

const rows = (pairs: readonly (readonly [string, string])[], columns: number): string[] => {
  const width = Math.min(Math.max(0, ...pairs.map(([left]) => left.length)), mostLeft);
  const below = ' '.repeat(width + 4);
  const most = Math.max(20 + below.length, columns);
  return pairs.flatMap(([left, right]) =>
    left.length > width
      ? [`  ${left}`, ...wrap(right, most, below)]
      : wrap(right, most, `  ${left.padEnd(width)}  `, below),
  );
};

const optionRows = (options: Options, columns: number): string[] => {
  const named = Object.entries(options).map(([name, { value, help }]) => {
    return [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const;
  });
  return rows(named, columns);
};

const everywhere = (columns: number) => ['Everywhere:', ...optionRows(globalOptions, columns)];

const exampleLines = (examples: Command['examples'], columns: number) =>
  examples.flatMap(([line, what]) => [`  ${tool.name} ${line}`, ...wrap(what, columns, '      ')]);

export const commandHelp = ({ name, summary }: Verb, of: Command, columns: number) =>
  blocksText(
    exampleLines(of.examples, columns),
    wrap(`${name}: ${summary}.`, columns),
    [`Usage: ${tool.name} ${name} ${of.usage}`.trimEnd()],
    optionRows(of.options, columns),
    everywhere(columns),
    ...(of.notes ?? []).map((note) => wrap(note, columns)),
  );

const usual: Command['examples'] = [
  ['predict a2', 'every pedal, every width of the model: how much of the chip, and does it fit'],
  ['predict my.nam --device darkglass-anagram --block 16', 'one pedal, at the block size it runs'],
];
const question =
  'Will this Neural Amp Modeler model run on that pedal, at which width, next to what else, and with how much headroom?';
const exitCodes =
  'Exit codes: 0 done, 1 a budget, a deadline or an accuracy bar does not hold, 2 wrong usage or invalid input, 3 inconclusive, 130 interrupted, 141 nobody reads the result, 143 terminated.';

export const overviewHelp = (verbs: readonly Verb[], columns: number): string => {
  const summaries = verbs.map(({ name, summary }) => [name, summary] as const);
  const details = `${tool.name} VERB --help shows the options of a verb, examples first.`;
  return blocksText(
    exampleLines(usual, columns),
    wrap(question, columns),
    [`Usage: ${tool.name} VERB [options]`],
    rows(summaries, columns),
    everywhere(columns),
    [...wrap(exitCodes, columns), ...wrap(details, columns)],
  );
};
