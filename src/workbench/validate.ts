/** Every measured case beside its prediction and beside a naive model, and what is known to run. */
import type * as z from 'zod';
import type { DeviceProfile } from '../device/profile.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { finish, type Steps } from '../study/cost/steps.ts';
import { type ModelFigure, modelFigures } from '../study/explain/model-figures.ts';
import {
  type BuildRow,
  type BuildSummary,
  compareTimes,
  compareTraces,
  hostTimesSchema,
  summarizeBuilds,
  tracedCyclesSchema,
} from '../study/validate/builds.ts';
import { parsedBy } from '../study/validate/cases.ts';
import { type CheckedFact, checkFacts } from '../study/validate/facts.ts';
import { type CheckedImpulse, checkImpulses } from '../study/validate/impulses.ts';
import { validateSteps as casesInSteps, type ValidateResult } from '../study/validate/validate.ts';
import { parseJsonText } from '../units/json-text.ts';
import { type Hooks, workThrough } from './hooks.ts';
import { contextOf } from './named.ts';
import { checkCall } from './options.ts';
import { simulateSync } from './simulate.ts';
import type { Workbench } from './workbench.ts';

export interface ValidateRequest {
  /** Path of a file of measured cases. @default those of the package */
  readonly cases?: string | undefined;
  /** Hold the pipeline against traced and timed builds too, which takes a second or more. @default false */
  readonly builds?: boolean | undefined;
}

export interface Validation extends ValidateResult {
  /** What is known to run and not to run; empty for cases of one's own. */
  readonly facts: readonly CheckedFact[];
  /** Impulse responses on the virtual pedal; empty for cases of one's own. */
  readonly impulses: readonly CheckedImpulse[];
  /** The pipeline against traced and timed builds, a line a core and engine; empty unless asked for, and for cases of one's own. */
  readonly builds: readonly BuildSummary[];
  /** What predictions hang on that no profile states. */
  readonly figures: readonly ModelFigure[];
}

/** Builds of the package that ran models which are here. */
const buildsIn = <T extends { readonly rows: readonly Pick<BuildRow, 'model'>[] }>(
  { files, models }: Workbench,
  name: string,
  schema: z.ZodType<T>,
): T | null => {
  const found = files.data(name);
  if (found === null) return null;
  const file = parsedBy(schema, parseJsonText(found.text), found.path);
  return { ...file, rows: file.rows.filter(({ model }) => models.paths.has(model)) };
};

const impulsesOf = (workbench: Workbench): readonly CheckedImpulse[] => {
  const found = workbench.files.data('impulse-responses');
  const play = (scenario: Scenario) => simulateSync(workbench, { scenario })[0];
  return found === null ? [] : checkImpulses(parseJsonText(found.text), play);
};

const buildsOf = (workbench: Workbench): readonly BuildSummary[] => {
  const { engines, coreOf } = contextOf(workbench);
  const sources = { engines, coreOf, modelOf: (id: string) => workbench.model(id) };
  const traced = buildsIn(workbench, 'traced-cycles', tracedCyclesSchema);
  const timed = ['host-times', 'host-times-zen4'].flatMap((name) => {
    const times = buildsIn(workbench, name, hostTimesSchema);
    return times === null ? [] : summarizeBuilds('timed', compareTimes(times, sources));
  });
  return [
    ...(traced === null ? [] : summarizeBuilds('traced', compareTraces(traced, sources))),
    ...timed,
  ];
};

function* validateSteps(workbench: Workbench, request: ValidateRequest): Steps<Validation> {
  checkCall(workbench, 'validate', request, ['cases', 'builds']);
  const { engines, coreOf } = contextOf(workbench);
  const models = [...workbench.models.paths.keys()].map((id) => workbench.model(id));
  const common = { engines, coreOf, models };
  const deviceOf = (id: string): DeviceProfile => workbench.device(id);
  const cases = workbench.cases(request.cases ?? null);
  const result = yield* casesInSteps({ ...common, cases, deviceOf }, workbench.costs);
  if (request.cases !== undefined) {
    return { ...result, facts: [], impulses: [], builds: [], figures: modelFigures };
  }
  // Facts are about the package's devices, not about somebody's cases.
  const devices = workbench.devices.all();
  const facts = checkFacts({ ...common, devices }, workbench.costs);
  const builds = request.builds === true ? buildsOf(workbench) : [];
  return { ...result, facts, impulses: impulsesOf(workbench), builds, figures: modelFigures };
}

/**
 * Predicts every measured case; errors in percent of what was measured, cycles per sample. The method, and where the
 * measurements come from, is docs/measurements.md.
 * @param workbench with the measurements of its package, unless the request names a file
 * @param request which cases
 * @param hooks how far it is, and a signal that stops it
 * @throws StudyError for a faulty case
 * @example const { summary } = await validate(workbench);
 */
export const validate = async (
  workbench: Workbench,
  request: ValidateRequest = {},
  hooks?: Hooks,
): Promise<Validation> => workThrough(validateSteps(workbench, request), hooks);

/** `validate` without a pause. @throws StudyError for a faulty case @example const { summary } = validateSync(workbench); */
export const validateSync = (workbench: Workbench, request: ValidateRequest = {}): Validation =>
  finish(validateSteps(workbench, request));
