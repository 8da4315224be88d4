/** Faults of a command line, what ends a command early, and one message for whatever was thrown. */
import * as z from 'zod';
import { printable } from '../report/text/text-width.ts';
import { systemSentence } from '../units/system-fault.ts';

/** Wrong usage: a sentence for the reader, and the fix where there is one. Exit code 2. */
export class CliError extends Error {
  readonly code: 'usage' | 'not-found' | 'invalid';

  constructor(code: CliError['code'], message: string) {
    super(message);
    this.name = 'CliError';
    this.code = code;
  }
}

/** Of words that cannot be meant so; the help is pointed to. */
export const usageError = (message: string): CliError => new CliError('usage', message);
export const notFound = (message: string): CliError => new CliError('not-found', message);
/** Of inputs that the words name. */
export const inputError = (message: string): CliError => new CliError('invalid', message);

/** The user pressed Ctrl-C (or the like). The exit code is the signal's. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

const lines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Errors of ours carry a `code`; the rest are bugs and say so. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `unexpected: ${printable(String(error))}`;
  if (error instanceof z.core.$ZodError) return lines(z.prettifyError(error));
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' && typeof code === 'string') {
    return printable(systemSentence(error));
  }
  if (typeof code === 'string' && !code.startsWith('ERR_')) return lines(error.message);
  return `unexpected: ${lines(error.message)}\nThis is a fault of pedalbench, not of the input; --debug shows where.`;
};
