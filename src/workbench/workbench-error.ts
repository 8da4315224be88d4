import { CodedError } from '../units/coded-error.ts';

/** A name that means nothing, a file that cannot be what it was named for, or an option that cannot be: a sentence and the fix. */
export class WorkbenchError extends CodedError<'not-found' | 'invalid' | 'bad-option'> {
  override readonly name = 'WorkbenchError';
}

/**
 * What a file would hold of an object of the caller's.
 * @throws WorkbenchError where no file can: it holds itself, or a bigint
 */
export const jsonOf = (object: object, what: string): string => {
  try {
    return JSON.stringify(object);
  } catch (error) {
    const [found] = (error as Error).message.split('\n');
    const fault = `${what}: expected plain data, as its file holds it, got an object of which JSON says: ${found}.`;
    throw new WorkbenchError('bad-option', fault);
  }
};
