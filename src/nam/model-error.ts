/** The one error of this room: what is wrong with a `.nam` file or with a request for a width. */

export type ModelErrorCode =
  | 'too-large'
  | 'not-json'
  | 'not-a-model'
  | 'version'
  | 'architecture'
  | 'config'
  | 'limit'
  | 'weights'
  | 'width';

export interface ModelFault {
  readonly code: ModelErrorCode;
  /** The file, as it was named by whoever asked. */
  readonly file: string;
  /** JSON path of the fault: `config.layers[0].channels`; empty for the whole file. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** What to do about it, as a sentence. */
  readonly fix?: string;
}

export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly file: string;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly fix: string | null;

  constructor(fault: ModelFault) {
    const where = fault.path === '' ? fault.file : `${fault.file}: ${fault.path}`;
    const fix = fault.fix === undefined ? '' : `. ${fault.fix}`;
    super(`${where}: expected ${fault.expected}, got ${fault.found}${fix}`);
    this.name = 'ModelError';
    this.code = fault.code;
    this.file = fault.file;
    this.path = fault.path;
    this.expected = fault.expected;
    this.found = fault.found;
    this.fix = fault.fix ?? null;
  }
}

/** A value for an error message: short, and safe for values of any depth and length. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return String(value);
};
