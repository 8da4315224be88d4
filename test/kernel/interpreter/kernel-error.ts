import { CodedError } from '../../../src/units/coded-error.ts';

/** What is wrong with a lowered program: a fault of the engine that made it, never of the user's files. */
export class KernelError extends CodedError<
  'bad-template' | 'bad-step' | 'out-of-buffer' | 'bad-block'
> {
  override readonly name = 'KernelError';
}
