/** One message for whatever was thrown. Errors of ours carry a `code`; the rest are bugs and say so. */
import * as z from 'zod';
import { printable } from '../report/text/text-width.ts';

const systemMessages: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EBUSY: 'in use by something else',
  EEXIST: 'there is something of that name already',
  EINVAL: 'the system refuses this name or place',
  EIO: 'the device reports a fault',
  EISDIR: 'expected a file, got a folder',
  ELOOP: 'symbolic links that lead round and round',
  EMFILE: 'too many open files. Raise the limit (ulimit -n)',
  ENAMETOOLONG: 'a name that is too long',
  ENFILE: 'too many open files on this machine',
  ENODEV: 'no such device',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is no folder',
  ENXIO: 'nobody reads from it',
  EPERM: 'not permitted',
  EPIPE: 'nobody reads from it',
  EROFS: 'on a file system that cannot be written',
};

/** A fault of the system, as a sentence with the path. */
export const systemSentence = ({
  code = '',
  path,
  syscall,
  message,
}: Pick<Partial<NodeJS.ErrnoException>, 'code' | 'path' | 'syscall' | 'message'>): string =>
  printable(`${path ?? syscall}: ${systemMessages[code] ?? message}.`);

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
  if (typeof syscall === 'string' && typeof code === 'string') return systemSentence(error);
  if (typeof code === 'string' && !code.startsWith('ERR_')) return lines(error.message);
  return (
    hostSentence(error) ??
    `unexpected: ${lines(error.message)}\nThis is a fault of pedalbench, not of the input; --debug shows where.`
  );
};
