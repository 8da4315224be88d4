/**
 * An engine turns a program into kernels as one real library does. One file per library; each file
 * names the version it describes and its sources.
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
  /** Throws `EngineError` where `supports` says no. */
  lower(program: Program, target: Target, options: LowerOptions): Lowered;
}
