/**
 * A template is a loop nest of instructions over slots; it is built once per shape and shared by
 * all the layers that have that shape. Trip counts are constants: the block length is part of the
 * shape. Steps bind a template's slots to buffers.
 */
import { memoize } from '../units/memoize.ts';
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

const counted = new WeakMap<Template, number>();

const instructionsOf = (nodes: readonly Node[]): number => {
  let sum = 0;
  for (const node of nodes) {
    if (node.op === 'loop') sum += instructionsOf(node.body);
    else sum += node.op === 'cost' ? node.count : 1;
  }
  return sum;
};

/** Instructions in a template's text, each once however often it runs. */
export const textInstructions = (template: Template): number =>
  memoize(counted, template, ({ body }) => instructionsOf(body));
