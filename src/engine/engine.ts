/**
 * An engine turns a program into kernels as one real library does. One folder per library; which
 * version each describes, and from which sources, says engines.json.
 */
import type { Lowered, Target } from '../kernel/lowered.ts';
import type { Program } from '../program/program.ts';

/** An engine was asked for what its library does not do. The message is a sentence with the way out. */
export class EngineError extends Error {
  readonly code = 'unsupported';

  /** @param fallback the engine that the real library would fall back to; null where it refuses the model */
  constructor(engine: string, reason: string, fallback: string | null) {
    const advice = fallback ? ` Use ${fallback}, as the library does.` : '';
    super(`${engine}: ${reason}${advice}`);
    this.name = 'EngineError';
  }
}

export type TanhKind = 'libm' | 'fast';

/** What players convolve impulse responses with. */
export const convolverIds = [
  'audiodsptools',
  'audiodsptools-fft',
  'nam-core',
  'fftconvolver',
  'pedalbench',
] as const;
export type ConvolverId = (typeof convolverIds)[number];

export interface LowerOptions {
  readonly blockFrames: number;
  readonly tanh: TanhKind;
}

export type Support =
  | {
      readonly supported: true;
      /** Which of its paths the library takes, where it has several, in a sentence. */
      readonly path?: string;
    }
  | {
      readonly supported: false;
      /** Why, in a sentence. */
      readonly reason: string;
      /** What the real library would use for this shape; null where it refuses the model. */
      readonly fallback: string | null;
    };

export interface Engine {
  readonly id: string;
  readonly name: string;
  /** What it models, and the version that was read. */
  readonly describes: string;
  readonly sources: readonly string[];
  readonly defaultTanh: TanhKind;
  supports(program: Program, target: Target): Support;
  /** The target without what its code for the program does not depend on: alike for targets that share it. @default all of it */
  seen?(program: Program, target: Target): Target;
  /** Throws `EngineError` where `supports` says no. */
  lower(program: Program, target: Target, options: LowerOptions): Lowered;
}

export type Refusal = Extract<Support, { supported: false }>;

export const refusal = (reason: string, fallback: string | null): Refusal => {
  return { supported: false, reason, fallback };
};

const isRefusal = (read: object): read is Refusal => 'supported' in read;

/** An engine beside its code. */
export type EngineFacts = Omit<Engine, 'supports' | 'lower'>;

/** An engine by what it reads of a program, or refuses: `supports` says so, `lower` throws it. */
export const engineOf = <F extends EngineFacts, Read extends object>(
  facts: F,
  read: (program: Program, target: Target) => Read | Refusal,
  lower: (read: Read, target: Target, options: LowerOptions) => Lowered,
): F & Engine => ({
  ...facts,
  supports: (program, target) => {
    const found = read(program, target);
    return isRefusal(found) ? found : { supported: true };
  },
  lower: (program, target, options) => {
    const found = read(program, target);
    if (isRefusal(found)) throw new EngineError(facts.id, found.reason, found.fallback);
    return lower(found, target, options);
  },
});
