import { systemSentence } from '../units/system-fault.ts';

/** Why the thread of a command ended that could not say so itself. `megabytes`: of memory that it had. */
export const threadFault = (error: NodeJS.ErrnoException, megabytes: number): string => {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return `this needs more than the ${Math.round(megabytes)} MB of memory that Node takes. Ask for less at once, or set NODE_OPTIONS=--max-old-space-size=8000.`;
  }
  // A thread that cannot start has the system's word in its message.
  const [code] = /\bE(?:MFILE|NFILE|AGAIN|NOMEM)\b/.exec(`${error.code} ${error.message}`) ?? [];
  if (code !== undefined) return systemSentence({ code, path: 'a thread of Node' });
  return `unexpected: ${error.stack ?? error.message}\nThis is a fault of pedalbench, not of the input.`;
};
