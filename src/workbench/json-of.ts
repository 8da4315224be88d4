import { WorkbenchError } from './workbench-error.ts';

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
