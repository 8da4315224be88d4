import { CodedError } from '../units/coded-error.ts';

/** What can go wrong around simulations: journals, merges, workers. */
export class PoolError extends CodedError<
  'finished-work' | 'locked' | 'other-sweep' | 'bad-merge' | 'nothing-to-explain'
> {
  override readonly name = 'PoolError';
}
