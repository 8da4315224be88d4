import { CodedError } from '../units/coded-error.ts';

/** A name that means nothing, a file that cannot be what it was named for, or an option that cannot be: a sentence and the fix. */
export class WorkbenchError extends CodedError<'not-found' | 'invalid' | 'bad-option'> {
  override readonly name = 'WorkbenchError';
}
