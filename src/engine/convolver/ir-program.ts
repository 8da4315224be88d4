/** What the kernels of convolvers share: loops with their overhead, pieces of a row, buffers and steps. */
import { type Counter, type KernelBuilder, TemplateCache } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type { BufferId, Lowered, Reference, RingStep, Step, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { Collector, textBytes } from '../common/lowering.ts';

/** One cache for the process: chains with equal convolvers share templates and their timings. */
export const irTemplates: TemplateCache = new TemplateCache();

/** A loop with its counter's arithmetic and its branch; none of it where it runs once. */
export const counted = (
  b: KernelBuilder,
  trips: number,
  pointers: number,
  write: (counter: Counter) => void,
): void => {
  if (trips === 1) {
    write({ loop: 0, times: () => ({ loop: 0, stride: 0 }) });
    return;
  }
  b.loop(trips, (counter) => {
    write(counter);
    b.cost('int', pointers + 1);
    b.cost('branch');
  });
};

export interface Piece {
  readonly start: number;
  readonly lanes: Lanes;
  /** Vectors of a tile, and how many tiles follow one another. */
  readonly vectors: number;
  readonly trips: number;
}

/** Covers `length` with tiles of `vectors` vectors, then single vectors, then single floats. */
export const piecesOf = (start: number, length: number, lanes: Lanes, vectors: number): Piece[] => {
  let at = start;
  const piece = (by: Lanes, tiled: number): Piece[] => {
    const trips = Math.floor((start + length - at) / (by * tiled));
    const pieces = trips > 0 ? [{ start: at, trips, lanes: by, vectors: tiled }] : [];
    at += trips * by * tiled;
    return pieces;
  };
  return [...piece(lanes, vectors), ...piece(lanes, 1), ...piece(1, 1)];
};

/** Declares slots in this order. */
export const slotsOf = <N extends readonly string[]>(
  b: KernelBuilder,
  ...names: N
): { [K in keyof N]: number } => names.map((name) => b.slot(name)) as { [K in keyof N]: number }; // one for each name

/** Collects a lowered program of one layer. Its kernels spill nothing: there is no stack. */
export class IrProgram extends Collector {
  private readonly layer: string;

  constructor(layer: string) {
    super();
    this.layer = layer;
  }

  kernel(kind: string, template: Template, slots: readonly Reference[]): void {
    this.steps.push({ step: 'kernel', layer: this.layer, kind, perBlock: 1, template, slots });
  }

  ringStep(
    action: RingStep['action'],
    perBlock: number,
    templates: RingStep['templates'] = [],
    { ring = 0, src }: Partial<Pick<RingStep, 'ring' | 'src'>> = {},
  ): void {
    const step = { step: 'ring', layer: this.layer, kind: 'ring', perBlock, action } as const;
    this.steps.push({ ...step, ring, templates, src });
  }

  finish(target: Target, blockFrames: number, input: BufferId, output: BufferId): Lowered {
    const { buffers, rings, steps } = this;
    const made = { buffers, rings, steps, codeBytes: codeBytesOf(steps, target) };
    return { engine: 'convolver', target, blockFrames, input, output, ...made };
  }
}

/** Of all templates, four bytes an instruction, less where most are 16 bits wide. */
export const codeBytesOf = (steps: readonly Step[], { isa }: Target): number =>
  textBytes(steps, isa === 'thumb2-vfp' ? 3 : 4);

/** Slots: from, to. */
export const copyTemplate = (floats: number, target: Target): Template =>
  irTemplates.get(`ir/copy/${floats}/${target.lanes}`, (b) => {
    const [from, to] = slotsOf(b, 'from', 'to');
    for (const { start, trips, lanes, vectors } of piecesOf(0, floats, target.lanes, 4)) {
      counted(b, trips, 2, (counter) => {
        const step = counter.times(lanes * vectors);
        for (let at = start; at < start + vectors * lanes; at += lanes) {
          b.store(b.load(b.at(from, at, step), lanes), b.at(to, at, step), lanes);
        }
      });
    }
  });
