/** One message for whatever was thrown. Errors of ours carry a `code`; the rest are bugs and say so. */
import * as z from 'zod';
import { printable } from '../report/text/text-width.ts';

const systemMessages: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EISDIR: 'expected a file, got a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space left on the device',
};

const lines = (text: string): string => text.split('\n').map(printable).join('\n');

export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `unexpected: ${printable(String(error))}`;
  if (error instanceof z.core.$ZodError) return lines(z.prettifyError(error));
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string' && typeof code === 'string') {
    return printable(`${path ?? syscall}: ${systemMessages[code] ?? error.message}`);
  }
  if (typeof code === 'string' && !code.startsWith('ERR_')) return lines(error.message);
  return `unexpected: ${lines(error.message)}\nThis is a fault of pedalbench, not of the input; --debug shows where.`;
};
