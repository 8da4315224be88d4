/** What is wrong with a WAV file, where (chunk and byte offset), and what would be right. */

export type WavErrorCode = 'unreadable' | 'broken' | 'unsupported';

export class WavError extends Error {
  readonly code: WavErrorCode;
  readonly path: string;
  /** Of the chunk that is at fault; null where the fault lies before any chunk. */
  readonly chunk: string | null;
  readonly byteOffset: number | null;

  constructor(
    code: WavErrorCode,
    path: string,
    message: string,
    where: { readonly chunk?: string; readonly byteOffset?: number } = {},
  ) {
    const chunk = where.chunk === undefined ? '' : `chunk '${where.chunk}' `;
    const at = where.byteOffset === undefined ? '' : `at byte ${where.byteOffset}`;
    const place = `${chunk}${at}`.trim();
    super(`${path}: ${place === '' ? '' : `${place}: `}${message}`);
    this.name = 'WavError';
    this.code = code;
    this.path = path;
    this.chunk = where.chunk ?? null;
    this.byteOffset = where.byteOffset ?? null;
  }
}
