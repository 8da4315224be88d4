/** A name that means nothing, or a file that cannot be what it was named for: a sentence and the fix. */
export class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly code: 'not-found' | 'invalid';

  constructor(code: LibraryError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
