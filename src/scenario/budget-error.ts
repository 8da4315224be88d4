/** A budget or baseline file that cannot be used, as a sentence for the reader. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  readonly code: 'not-json' | 'invalid' | 'duplicate' | 'matches-nothing';

  constructor(code: BudgetError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
