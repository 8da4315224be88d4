/** What `run --live` says of one scenario: measured on this host, beside what is predicted for it. */
import type { Distribution } from '../../pedal/statistics.ts';

export interface LiveResult {
  readonly scenario: string;
  readonly swept: Readonly<Record<string, unknown>>;
  readonly host: string;
  readonly blocks: number;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly measured: { readonly load: Distribution; readonly lateBlocks: number };
  /** Null where nothing describes this machine. */
  readonly predicted: { readonly load: Distribution; readonly engine: string | null } | null;
}
