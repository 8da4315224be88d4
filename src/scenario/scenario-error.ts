/** What can be wrong with a scenario. Messages name the file and the field, and say what to write. */
export type ScenarioErrorCode =
  | 'unknown-scenario'
  | 'unreadable'
  | 'not-json'
  | 'invalid-scenario'
  | 'too-many-jobs'
  | 'no-chip'
  | 'unsupported';

export class ScenarioError extends Error {
  readonly code: ScenarioErrorCode;

  constructor(code: ScenarioErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScenarioError';
    this.code = code;
  }
}
