/**
 * A template is a loop nest of instructions over slots; it is built once per shape and shared by
 * all the layers that have that shape. Trip counts are constants: the block length is part of the
 * shape. Steps bind a template's slots to buffers.
 */
import type { Instruction } from './instruction.ts';

export interface Loop {
  readonly op: 'loop';
  /** Names the counter in addresses; unique in the template. */
  readonly loop: number;
  readonly trips: number;
  /** Frames of the block that one trip computes, where the loop runs over the block's frames. */
  readonly framesPerTrip?: number;
  readonly body: readonly Node[];
}

export type Node = Loop | Instruction;

export interface Template {
  /** Unique within a lowered program; `titleOf` makes of it what readers see. */
  readonly name: string;
  readonly slots: readonly string[];
  readonly registerCount: number;
  readonly loopCount: number;
  readonly body: readonly Node[];
}
