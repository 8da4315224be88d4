/**
 * Collects what an engine makes of a program: buffers, rings and steps. Templates are shared by
 * name in the whole process, so that equal shapes are timed once.
 */
import { type KernelBuilder, TemplateCache } from '../kernel/builder.ts';
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
} from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';

/** By target: a template's name is looked up thousands of times, and shorter without its target. */
const templates = new Map<string, TemplateCache>();

export interface Place {
  readonly layer: string;
  readonly kind: string;
}

/** Everything of a target that code generation depends on. */
export const targetName = (target: Target): string =>
  `${target.isa}/${target.lanes}${target.fma ? '' : '/nofma'}${target.fastMath ? '/fast' : ''}/${target.tune}${target.libc === 'newlib-nano' ? '/nano' : ''}`;

export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly rings: Ring[] = [];
  readonly steps: Step[] = [];
  readonly target: Target;
  readonly blockFrames: number;
  private readonly shared = new Map<string, BufferId>();
  private readonly own: TemplateCache;
  private readonly prefix: string;
  /** A stack frame's worth of memory: where registers spill. */
  readonly stack: Reference;

  constructor(target: Target, blockFrames: number) {
    this.target = target;
    this.blockFrames = blockFrames;
    this.prefix = targetName(target);
    const own = templates.get(this.prefix) ?? new TemplateCache();
    templates.set(this.prefix, own);
    this.own = own;
    this.stack = { buffer: this.buffer('stack', 256, 'stack'), offset: 0 };
  }

  buffer(name: string, floats: number, region: Region, data?: Float32Array): BufferId {
    return this.buffers.push({ name, floats, region, ...(data ? { data } : {}) }) - 1;
  }

  /** Memory that is reused by everybody who asks for this name; as large as the largest asks. */
  scratch(name: string, floats: number, region: Region = 'scratch'): Reference {
    const known = this.shared.get(name);
    if (known === undefined) {
      const buffer = this.buffer(name, floats, region);
      this.shared.set(name, buffer);
      return { buffer, offset: 0 };
    }
    const old = this.buffers[known];
    if (old && old.floats < floats) this.buffers[known] = { ...old, floats };
    return { buffer: known, offset: 0 };
  }

  weights(name: string, data: Float32Array): Reference {
    return { buffer: this.buffer(name, data.length, 'weights', data), offset: 0 };
  }

  ring(ring: Ring): RingId {
    return this.rings.push(ring) - 1;
  }

  /** The template of this name for this target; written where it is not known yet. */
  template(name: string, write: (b: KernelBuilder) => void): Template {
    return this.own.get(name, write, this.prefix);
  }

  /** Slots follow the template's; the first is the stack frame. */
  kernel(
    place: Place,
    template: Template,
    slots: readonly Reference[],
    options: { costOnly?: boolean; perBlock?: number } = {},
  ): void {
    const step: KernelStep = {
      step: 'kernel',
      layer: place.layer,
      kind: place.kind,
      perBlock: options.perBlock ?? 1,
      template,
      slots: [this.stack, ...slots],
      ...(options.costOnly ? { costOnly: true } : {}),
    };
    this.steps.push(step);
  }

  ringStep(step: Omit<RingStep, 'step'>): void {
    this.steps.push({ step: 'ring', ...step });
  }

  finish(engine: string, input: BufferId, output: BufferId, codeBytes: number): Lowered {
    return {
      engine,
      target: this.target,
      blockFrames: this.blockFrames,
      buffers: this.buffers,
      rings: this.rings,
      input,
      output,
      steps: this.steps,
      codeBytes,
    };
  }
}
