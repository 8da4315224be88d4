/** What is wrong with a WAV file, where (chunk and byte offset), and what would be right. */
export class WavError extends Error {
  override readonly name = 'WavError';
  readonly code: 'unreadable' | 'broken' | 'unsupported';

  constructor(
    code: WavError['code'],
    path: string,
    message: string,
    { chunk, byteOffset }: { readonly chunk?: string; readonly byteOffset?: number } = {},
  ) {
    const of = chunk === undefined ? [] : [`chunk '${chunk}'`];
    const at = byteOffset === undefined ? [] : [`at byte ${byteOffset}`];
    const place = [...of, ...at].join(' ');
    super(`${path}: ${place === '' ? '' : `${place}: `}${message}`);
    this.code = code;
  }
}
