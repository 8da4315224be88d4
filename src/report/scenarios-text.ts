/** `scenarios` and `scenarios show`: which experiments there are, and what one of them is. */
import { nextCommand, paint, type Style } from './text/style.ts';
import { left, right, textTable } from './text/text-table.ts';
import { printable } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly devices: readonly string[];
  readonly seconds: readonly number[];
  readonly runs: number;
  readonly document: Readonly<Record<string, unknown>>;
}

const listed = (values: readonly (string | number)[]): string => {
  const distinct = [...new Set(values)];
  return distinct.length > 2 ? `${distinct.length} of them` : distinct.join(', ');
};

export const renderScenarios = (scenarios: readonly ScenarioSummary[], style: Style): string => {
  if (scenarios.length === 0)
    return 'There are no scenarios in the package or in scenarios/ here.\n';
  const lines = textTable(scenarios, { ...style, dispensable: ['title', 'seconds', 'device'] }, [
    left('id', ({ id }) => id),
    left('device', ({ devices }) => listed(devices)),
    right('runs', ({ runs }) => String(runs)),
    right('seconds', ({ seconds }) => listed(seconds)),
    left('title', ({ title }) => printable(title)),
  ]);
  const next = `scenarios show ${scenarios[0]?.id ?? 'ID'}`;
  return `${[...lines, '', ...nextCommand(style, 'what one of them does', next)].join('\n')}\n`;
};

export const renderScenario = (scenario: ScenarioSummary, style: Style): string => {
  const { $schema: _, title: __, description: ___, ...rest } = scenario.document;
  const lines = [
    paint(style, 'bold', printable(scenario.title === '' ? scenario.id : scenario.title)),
    ...(scenario.description === ''
      ? []
      : ['', ...wrap(printable(scenario.description), style.columns)]),
    '',
    `${scenario.runs} ${scenario.runs === 1 ? 'run' : 'runs, one for each combination of its lists'}`,
    '',
    ...JSON.stringify(rest, null, 2).split('\n').map(printable),
  ];
  return `${lines.join('\n')}\n`;
};
