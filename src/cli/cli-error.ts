/** Wrong usage: a sentence for the reader, and the fix where there is one. Exit code 2. */
export class CliError extends Error {
  readonly code: 'usage' | 'not-found' | 'invalid';

  constructor(code: CliError['code'], message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** The user pressed Ctrl-C (or the like). Exit code 130. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
