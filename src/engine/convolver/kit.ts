/** What the kernels of convolvers share: loops with their overhead, pieces of a row, buffers and steps. */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import { TemplateCache } from '../../kernel/builder.ts';
import type { Lanes } from '../../kernel/instruction.ts';
import type {
  Buffer,
  BufferId,
  KernelStep,
  Lowered,
  Reference,
  Region,
  Ring,
  RingId,
  RingStep,
  Step,
  Target,
} from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { textInstructions } from '../../kernel/text-instructions.ts';

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
  const sizes: readonly { readonly lanes: Lanes; readonly vectors: number }[] = [
    { lanes, vectors },
    { lanes, vectors: 1 },
    { lanes: 1, vectors: 1 },
  ];
  const pieces: Piece[] = [];
  let at = start;
  for (const size of sizes) {
    const tile = size.lanes * size.vectors;
    const trips = Math.floor((start + length - at) / tile);
    if (trips > 0) pieces.push({ start: at, trips, ...size });
    at += trips * tile;
  }
  return pieces;
};

/** Collects a lowered program. */
export class IrProgram {
  readonly buffers: Buffer[] = [];
  readonly rings: Ring[] = [];
  readonly steps: Step[] = [];
  private readonly layer: string;

  constructor(layer: string) {
    this.layer = layer;
  }

  buffer(name: string, floats: number, region: Region, data?: Float32Array): BufferId {
    return this.buffers.push({ name, floats, region, ...(data ? { data } : {}) }) - 1;
  }

  kernel(kind: string, template: Template, slots: readonly Reference[]): void {
    const step: KernelStep = {
      step: 'kernel',
      layer: this.layer,
      kind,
      perBlock: 1,
      template,
      slots,
    };
    this.steps.push(step);
  }

  ring(
    action: RingStep['action'],
    perBlock: number,
    templates: RingStep['templates'] = [],
    src?: Reference,
    ring: RingId = 0,
  ): void {
    const step = { step: 'ring', layer: this.layer, kind: 'ring', perBlock, action } as const;
    this.steps.push({ ...step, ring, templates, ...(src ? { src } : {}) });
  }

  finish(target: Target, blockFrames: number, input: BufferId, output: BufferId): Lowered {
    const { buffers, rings, steps } = this;
    const codeBytes = codeBytesOf(steps, target);
    const engine = 'convolver';
    return { engine, target, blockFrames, buffers, rings, input, output, steps, codeBytes };
  }
}

/** Of all templates, four bytes an instruction, less where most are 16 bits wide. */
export const codeBytesOf = (steps: readonly Step[], { isa }: Target): number => {
  const templates = new Set(
    steps.flatMap((s) => (s.step === 'kernel' ? [s.template] : s.templates.map((t) => t.template))),
  );
  const count = [...templates].reduce((sum, t) => sum + textInstructions(t), 0);
  return count * (isa === 'thumb2-vfp' ? 3 : 4);
};

/** Slots: from, to. */
export const copyTemplate = (floats: number, target: Target): Template =>
  irTemplates.get(`ir/copy/${floats}/${target.lanes}`, (b) => {
    const from = b.slot('from');
    const to = b.slot('to');
    for (const piece of piecesOf(0, floats, target.lanes, 4)) {
      counted(b, piece.trips, 2, (counter) => {
        const tile = piece.lanes * piece.vectors;
        for (let v = 0; v < piece.vectors; v += 1) {
          const offset = piece.start + v * piece.lanes;
          const value = b.load(b.at(from, offset, counter.times(tile)), piece.lanes);
          b.store(value, b.at(to, offset, counter.times(tile)), piece.lanes);
        }
      });
    }
  });
