/** Wrong usage: a sentence for the reader, and the fix where there is one. Exit code 2. */
export class CliError extends Error {
  readonly code: 'usage' | 'not-found' | 'invalid';

  constructor(code: CliError['code'], message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** The user pressed Ctrl-C (or the like). The exit code is the signal's. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Nobody reads the result any more, so the rest of it is not made. Exit code 141, as by SIGPIPE. */
export class ReaderGone extends Error {
  constructor() {
    super('nobody reads');
    this.name = 'ReaderGone';
  }
}
