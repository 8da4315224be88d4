import { CodedError } from '../../units/coded-error.ts';

/** What can be wrong with a core profile, or with running a kernel on a core. */
export class CoreError extends CodedError<
  'unreadable' | 'not-json' | 'invalid-profile' | 'unknown-core' | 'mismatch'
> {
  override readonly name = 'CoreError';
}
