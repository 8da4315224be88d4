/** Where a command writes text. */

export interface TextStream {
  /** `commands`: the text's lines may be commands to the job engine that reads them; others are kept from it. */
  write(text: string, commands?: 'commands'): void;
  readonly isTTY: boolean;
  /** Width of the terminal; null where there is none. */
  readonly columns: number | null;
  /** Why nothing more arrives: EPIPE where the reader is gone, ENOSPC where a disk is full. @default none */
  readonly fault?: NodeJS.ErrnoException | null;
}
