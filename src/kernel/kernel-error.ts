/** What is wrong with a lowered program: a fault of the engine that made it, never of the user's files. */
export type KernelErrorCode = 'bad-template' | 'bad-step' | 'out-of-buffer' | 'bad-block';

export class KernelError extends Error {
  readonly code: KernelErrorCode;

  constructor(code: KernelErrorCode, message: string) {
    super(message);
    this.name = 'KernelError';
    this.code = code;
  }
}
