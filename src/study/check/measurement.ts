/** What was measured for one case of a budget. Plain data. */
import type { Budget } from '../../scenario/budget.ts';
import type { Subject } from './verdict.ts';
import { nowhere, type Where } from './where.ts';

export interface Measurement extends Subject, Where {
  /** The key of the case in the baseline. */
  readonly key: string;
  /** Null where it could not be measured; `problem` says why. */
  readonly value: number | null;
  readonly problem: string | null;
  /** What the budget names is not there or broken: a failure, where nobody knows is none. */
  readonly faulty: boolean;
  /** Of the model at this width, or of the scenario: tells a stale baseline. */
  readonly fingerprint: string;
}

type Names = Pick<Partial<Measurement>, 'model' | 'device' | 'scenario'>;

/** What is known of a case before anything is measured. */
export const unmeasured = (budget: Budget, names: Names): Measurement => ({
  key: '',
  model: null,
  modelPath: null,
  width: names.model === undefined ? null : budget.width,
  device: null,
  devicePath: null,
  engine: null,
  scenario: null,
  blockFrames: null,
  whatIf: false,
  value: null,
  problem: null,
  faulty: false,
  fingerprint: '',
  ...nowhere,
  ...names,
});

export const matchesNothing =
  "no width matches. Look at model, width and device; 'pedalbench models show' lists the widths";

/** A case that is a failure by itself, because of what the budget names. */
export const faultyCase = (budget: Budget, names: Names, problem: string): Measurement => ({
  ...unmeasured(budget, names),
  problem,
  faulty: true,
});
