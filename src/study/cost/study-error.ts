import { CodedError } from '../../units/coded-error.ts';

/** What can be wrong with what a study is asked. Messages say what to write instead. */
export class StudyError extends CodedError<
  | ('no-engine' | 'no-core' | 'no-split' | 'no-chip' | 'nothing-to-fit' | 'refused')
  | ('bad-block' | 'bad-placement' | 'bad-cases')
> {
  override readonly name = 'StudyError';
}
