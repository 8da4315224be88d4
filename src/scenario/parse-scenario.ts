/** From the text of a scenario to jobs, with errors in sentences. Touches no files. */

import type * as z from 'zod';
import { didYouMean } from '../device/nearest.ts';
import { fieldNames } from '../device/profile-faults.ts';
import { contentKey } from '../units/content-key.ts';
import { pathText, shown, valueAt } from '../units/json-path.ts';
import { parseJsonText } from '../units/json-text.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { isObject, variantsOf } from './sweep.ts';

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

const sentence = (issue: z.core.$ZodIssue, document: unknown): string => {
  const where = pathText(issue.path) || 'the scenario';
  if (issue.code === 'unrecognized_keys') {
    const fixes = issue.keys.map((key) => didYouMean(key, fieldNames(scenarioSchema))).join('');
    return `${where}: expected no field ${issue.keys.map((k) => `\`${k}\``).join(', ')}.${fixes}`;
  }
  const expected = issue.message.replace(/^Invalid input: expected (.*?)(, received .*)?$/s, '$1');
  return `${where}: expected ${expected}, got ${shown(valueAt(document, issue.path))}.`;
};

/** Throws `ScenarioError` that lists every fault of the first variant that has one. */
export const parseScenario = (
  content: string,
  origin: string,
  name: string,
  options: { readonly seed?: number | undefined } = {},
): Job[] => {
  const refuse = (fault: string): Error => new ScenarioError('not-json', fault);
  const document = parseJsonText(content, origin, refuse);
  if (!isObject(document)) {
    const fault = `${origin}: expected an object with \`device\`, \`slots\` and \`durationSeconds\`, got ${shown(document)}.`;
    throw new ScenarioError('invalid-scenario', fault);
  }
  return variantsOf(document, origin).map(({ swept, document: variant }) => {
    const { success, error, data } = scenarioSchema.safeParse(variant);
    if (!success) {
      const faults = error.issues.map((issue) => `${origin}: ${sentence(issue, variant)}`);
      throw new ScenarioError('invalid-scenario', faults.join('\n'));
    }
    const { $schema: _, ...scenario } = data;
    const seed = options.seed ?? scenario.seed ?? 1;
    return { id: contentKey({ name, scenario, seed }), name, origin, swept, seed, scenario };
  });
};
