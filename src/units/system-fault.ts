/** What the system says went wrong with a file, as a sentence. */
const systemMessages: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EAGAIN:
    'the system has no room for it now. Ask for fewer --workers, or raise the limit (ulimit -u)',
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
  ENOMEM: 'no memory left',
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
  `${path ?? syscall}: ${systemMessages[code] ?? message}.`;
