/** From the text of a scenario to jobs, with errors in sentences. Touches no files. */

import type * as z from 'zod';
import { didYouMean } from '../device/nearest.ts';
import { contentKey } from '../units/content-key.ts';
import { parseJsonText } from '../units/json-text.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { pathText, variantsOf } from './sweep.ts';

/** One simulation: a scenario without lists. */
export interface Job {
  /** Of its content: the same on every host. */
  readonly id: string;
  /** The scenario's name: the file without folder and extension. */
  readonly name: string;
  /** The file, for messages. */
  readonly origin: string;
  readonly swept: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly scenario: Scenario;
}

const fieldNames = [
  ...['$schema', 'title', 'description', 'device', 'engine', 'tanh', 'sampleRateHz', 'blockFrames'],
  ...['clockHz', 'periods', 'slackSeconds', 'flushDenormals', 'chain', 'slots', 'audio'],
  ...['durationSeconds', 'seed', 'disturbances', 'events', 'governor', 'expect', 'marginShare'],
  ...['name', 'model', 'width', 'splitAfterLayers', 'ir', 'file', 'taps', 'truncateTaps', 'method'],
  ...['cyclesPerSample', 'denormalCyclesPerSample', 'tailSeconds', 'bypassed', 'core', 'branch'],
  ...['atSeconds', 'slot', 'place', 'loadSeconds', 'kind', 'everySeconds', 'firstAtSeconds'],
  ...[
    'factor',
    'resample',
    'dvfs',
    'thermal',
    'interrupt',
    'graph',
    'memory',
    'cache',
    'add',
    'minClockHz',
  ],
  ...['rampSeconds', 'ambientCelsius', 'startCelsius', 'riseCelsius', 'timeConstantSeconds'],
  ...['throttleCelsius', 'throttledClockHz', 'hysteresisCelsius', 'otherCoresBusy', 'widths'],
  ...['policy', 'upper', 'lower', 'windowSeconds', 'holdSeconds', 'maxLoad', 'minHeadroom'],
  ...['maxXruns', 'minXruns', 'maxResponseSeconds', 'signal', 'gain', 'min', 'max'],
];

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const valueAt = (document: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null
        ? (node as Record<PropertyKey, unknown>)[key]
        : undefined,
    document,
  );

const sentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const where = pathText(issue.path) || 'the scenario';
  if (issue.code === 'unrecognized_keys') {
    const fixes = issue.keys.map((key) => didYouMean(key, fieldNames)).join('');
    return `${where}: expected no field ${issue.keys.map((k) => `\`${k}\``).join(', ')}.${fixes}`;
  }
  const expected = issue.message.startsWith('Invalid input: expected ')
    ? issue.message.slice('Invalid input: expected '.length).replace(/, received .*/, '')
    : issue.message;
  return `${where}: expected ${expected}, got ${show(valueAt(document, issue.path))}.`;
};

/** Throws `ScenarioError` that lists every fault of the first variant that has one. */
export const parseScenario = (
  content: string,
  origin: string,
  name: string,
  options: { readonly seed?: number | undefined } = {},
): Job[] => {
  const document = parseJsonText(
    content,
    (found) => new ScenarioError('not-json', `${origin}: expected JSON, got ${found}.`),
  );
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ScenarioError(
      'invalid-scenario',
      `${origin}: expected an object with \`device\`, \`slots\` and \`durationSeconds\`, got ${show(document)}.`,
    );
  }
  return variantsOf(document, origin).map(({ swept, document: variant }) => {
    const parsed = scenarioSchema.safeParse(variant);
    if (!parsed.success) {
      throw new ScenarioError(
        'invalid-scenario',
        parsed.error.issues.map((issue) => `${origin}: ${sentence(issue, variant)}`).join('\n'),
      );
    }
    const { $schema: _, ...scenario } = parsed.data;
    const seed = options.seed ?? scenario.seed ?? 1;
    return { id: contentKey({ name, scenario, seed }), name, origin, swept, seed, scenario };
  });
};
