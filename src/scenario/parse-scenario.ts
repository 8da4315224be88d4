/** From the text of a scenario to jobs, with errors in sentences. Touches no files. */
import { checked } from '../device/checked.ts';
import { contentKey } from '../units/content-key.ts';
import { isObject, shown } from '../units/json-path.ts';
import { parseJsonText } from '../units/json-text.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { variantsOf } from './sweep.ts';

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

const invalid = (faults: string): Error => new ScenarioError('invalid-scenario', faults);

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
    throw invalid(fault);
  }
  return variantsOf(document, origin).map(({ swept, document: variant }) => {
    const { $schema: _, ...scenario } = checked(scenarioSchema, variant, origin, invalid);
    const seed = options.seed ?? scenario.seed ?? 1;
    return { id: contentKey({ name, scenario, seed }), name, origin, swept, seed, scenario };
  });
};
