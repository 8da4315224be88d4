/** What can go wrong around simulations: journals, merges, workers. */
export class PoolError extends Error {
  readonly code: 'finished-work' | 'locked' | 'other-sweep' | 'bad-merge' | 'nothing-to-explain';

  constructor(code: PoolError['code'], message: string) {
    super(message);
    this.name = 'PoolError';
    this.code = code;
  }
}
