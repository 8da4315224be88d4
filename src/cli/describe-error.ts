/** One message for whatever was thrown. Errors of ours carry a `code`; the rest are bugs and say so. */
import * as z from 'zod';
import { printable } from '../report/text/text-width.ts';
import { systemSentence } from '../units/system-fault.ts';

const lines = (text: string): string => text.split('\n').map(printable).join('\n');

/** Of the engine: `node --jitless`, and what runs out where numbers were still allowed. */
const hostSentence = ({ name, message }: Error): string | null => {
  if (name === 'ReferenceError' && message.startsWith('WebAssembly is not')) {
    return 'Expected a Node that has WebAssembly. Run without --jitless.';
  }
  return null;
};

export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `unexpected: ${printable(String(error))}`;
  if (error instanceof z.core.$ZodError) return lines(z.prettifyError(error));
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' && typeof code === 'string') {
    return printable(systemSentence(error));
  }
  if (typeof code === 'string' && !code.startsWith('ERR_')) return lines(error.message);
  return (
    hostSentence(error) ??
    `unexpected: ${lines(error.message)}\nThis is a fault of pedalbench, not of the input; --debug shows where.`
  );
};
