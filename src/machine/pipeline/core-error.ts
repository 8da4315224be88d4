/** What can be wrong with a core profile, or with running a kernel on a core. */
export type CoreErrorCode =
  | 'unreadable'
  | 'not-json'
  | 'invalid-profile'
  | 'unknown-core'
  | 'mismatch';

export class CoreError extends Error {
  readonly code: CoreErrorCode;
  constructor(code: CoreErrorCode, message: string) {
    super(message);
    this.name = 'CoreError';
    this.code = code;
  }
}
