/** A name that means nothing, a file that cannot be what it was named for, or an option that cannot be: a sentence and the fix. */
export class WorkbenchError extends Error {
  override readonly name = 'WorkbenchError';
  readonly code: 'not-found' | 'invalid' | 'bad-option';

  constructor(code: WorkbenchError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
