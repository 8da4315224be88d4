import { CodedError } from '../units/coded-error.ts';

/** What can be wrong with a scenario. Messages name the file and the field, and say what to write. */
export class ScenarioError extends CodedError<
  | ('unknown-scenario' | 'unreadable' | 'not-json' | 'invalid-scenario' | 'too-many-jobs')
  | ('no-chip' | 'unsupported')
> {
  override readonly name = 'ScenarioError';
}

/** A budget or baseline file that cannot be used, as a sentence for the reader. */
export class BudgetError extends CodedError<
  'not-json' | 'invalid' | 'duplicate' | 'matches-nothing'
> {
  override readonly name = 'BudgetError';
}
