/** What can be wrong with what a study is asked. Messages say what to write instead. */
export type StudyErrorCode =
  | 'no-engine'
  | 'no-core'
  | 'no-split'
  | 'bad-block'
  | 'bad-placement'
  | 'bad-cases'
  | 'nothing-to-fit'
  | 'no-chip'
  | 'refused';

export class StudyError extends Error {
  readonly code: StudyErrorCode;
  constructor(code: StudyErrorCode, message: string) {
    super(message);
    this.name = 'StudyError';
    this.code = code;
  }
}
