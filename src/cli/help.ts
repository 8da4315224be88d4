/** The help texts, examples first. Pure. */

import { wrap } from '../report/text/wrap.ts';
import type { Tool } from '../workbench/package-info.ts';
import type { Options } from './args.ts';
import { type Command, globalOptions } from './command.ts';
import type { Verb } from './verbs.ts';

const pad = (text: string, width: number): string => text.padEnd(width);

const rows = (pairs: readonly (readonly [string, string])[], columns: number): string[] => {
  const longest = Math.max(...pairs.map(([left]) => left.length));
  // Long left sides stand alone, with the explanation below them.
  const width = Math.min(longest, 34);
  return pairs.flatMap(([left, right]) => {
    const lines = wrap(right, Math.max(20, columns - width - 4));
    const rest = lines.map((line) => `  ${pad('', width)}  ${line}`);
    if (left.length > width) return [`  ${left}`, ...rest];
    return [`  ${pad(left, width)}  ${lines[0] ?? ''}`, ...rest.slice(1)];
  });
};

const optionRows = (options: Options, columns: number): string[] =>
  rows(
    Object.entries(options).map(([name, spec]) => [
      `--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`,
      spec.help,
    ]),
    columns,
  );

export const commandHelp = (tool: Tool, verb: Verb, command: Command, columns: number): string => {
  const lines = [
    ...command.examples.flatMap(([line, what]) => [
      `  ${tool.name} ${line}`,
      ...wrap(what, columns - 6).map((part) => `      ${part}`),
    ]),
    '',
    ...wrap(`${verb.name}: ${verb.summary}.`, columns),
    '',
    `Usage: ${tool.name} ${verb.name} ${command.usage}`.trimEnd(),
  ];
  if (Object.keys(command.options).length > 0) {
    lines.push('', ...optionRows(command.options, columns));
  }
  lines.push('', 'Everywhere:', ...optionRows(globalOptions, columns));
  for (const note of command.notes ?? []) lines.push('', ...wrap(note, columns));
  return `${lines.join('\n')}\n`;
};

export const overviewHelp = (tool: Tool, verbs: readonly Verb[], columns: number): string => {
  const lines = [
    `  ${tool.name} predict a2`,
    '      every pedal, every width of the model: how much of the chip, and does it fit',
    `  ${tool.name} predict my.nam --device darkglass-anagram --block 16`,
    '      one pedal, at the block size it runs',
    '',
    ...wrap(
      'Will this Neural Amp Modeler model run on that pedal, at which width, next to what else, ' +
        'and with how much headroom?',
      columns,
    ),
    '',
    `Usage: ${tool.name} VERB [options]`,
    '',
    ...rows(
      verbs.map(({ name, summary }) => [name, summary]),
      columns,
    ),
    '',
    'Everywhere:',
    ...optionRows(globalOptions, columns),
    '',
    ...wrap(
      'Exit codes: 0 done, 1 a budget, a deadline or an accuracy bar does not hold, 2 wrong usage ' +
        'or invalid input, 3 inconclusive, 130 interrupted, 141 nobody reads the result, 143 terminated.',
      columns,
    ),
    ...wrap(`${tool.name} VERB --help shows the options of a verb, examples first.`, columns),
  ];
  return `${lines.join('\n')}\n`;
};
