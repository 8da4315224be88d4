/** What is wrong with a `.nam` file or with a request for a width. */
import { CodedError } from '../units/coded-error.ts';

/** Where in which file. */
export interface At {
  /** As it was named by whoever asked. */
  readonly file: string;
  /** JSON path: `config.layers[0].channels`; empty for the whole file. */
  readonly path: string;
}

export type ModelErrorCode =
  | ('too-large' | 'not-json' | 'not-a-model' | 'version' | 'architecture')
  | ('config' | 'limit' | 'weights' | 'width');

/** What is wrong with a `.nam` file or a width: where, what was expected, what was found, and what to do. */
export class ModelError extends CodedError<ModelErrorCode> {
  override readonly name = 'ModelError';
  readonly file: string;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** What to do about it, as a sentence. */
  readonly fix: string | null;

  constructor(code: ModelErrorCode, at: At, expected: string, found: string, fix?: string) {
    const where = at.path === '' ? at.file : `${at.file}: ${at.path}`;
    super(code, `${where}: expected ${expected}, got ${found}${fix ? `. ${fix}` : ''}`);
    this.file = at.file;
    this.path = at.path;
    this.expected = expected;
    this.found = found;
    this.fix = fix ?? null;
  }
}

/** Something in the configuration is not what it should be. */
export const configError = (at: At, expected: string, found: string | number): ModelError =>
  new ModelError('config', at, expected, String(found));

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
