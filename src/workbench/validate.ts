/** Every measured case beside its prediction and beside a naive model, and what is known to run. */
import { finish, type Steps } from '../study/cost/steps.ts';
import { type JudgedFact, judgeFacts } from '../study/validate/facts.ts';
import { validateSteps as casesInSteps, type ValidateResult } from '../study/validate/validate.ts';
import { type Hooks, workThrough } from './hooks.ts';
import { contextOf } from './named.ts';
import { checkOptions } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface ValidateRequest {
  /** Path of a file of measured cases. @default those of the package */
  readonly cases?: string | undefined;
}

export interface Validation extends ValidateResult {
  /** What is known to run and not to run; empty for cases of one's own. */
  readonly facts: readonly JudgedFact[];
}

function* validateSteps(workbench: Workbench, request: ValidateRequest): Steps<Validation> {
  checkOptions('validate', request, ['cases']);
  const { cases } = request;
  const { engines, coreOf } = contextOf(workbench);
  const models = [...workbench.models.paths.keys()].map((id) => workbench.model(id));
  const common = { engines, coreOf, models };
  const result = yield* casesInSteps(
    {
      ...common,
      cases: workbench.cases(cases ?? null),
      deviceOf: (id) => workbench.device(id),
    },
    workbench.costs,
  );
  // Facts are about the package's devices, not about somebody's cases.
  const devices = workbench.devices.all();
  const facts = cases === undefined ? judgeFacts({ ...common, devices }, workbench.costs) : [];
  return { ...result, facts };
}

/**
 * @throws StudyError for a faulty case
 * @example const { summary } = await validate(workbench);
 */
export const validate = async (
  workbench: Workbench,
  request: ValidateRequest = {},
  hooks?: Hooks,
): Promise<Validation> => workThrough(validateSteps(workbench, request), hooks);

/** `validate` without a pause. */
export const validateSync = (workbench: Workbench, request: ValidateRequest = {}): Validation =>
  finish(validateSteps(workbench, request));
