/** Collects the buffers, rings and steps of a lowered program. */
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

export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly rings: Ring[] = [];
  readonly steps: Step[] = [];

  buffer(name: string, floats: number, region: Region, data?: Float32Array): BufferId {
    return this.buffers.push({ name, floats, region, ...(data ? { data } : {}) }) - 1;
  }

  ring(ring: Ring): RingId {
    return this.rings.push(ring) - 1;
  }

  kernel(
    layer: string,
    kind: string,
    template: Template,
    slots: readonly Reference[],
    options: { readonly costOnly?: boolean; readonly perBlock?: number } = {},
  ): void {
    const step: KernelStep = {
      step: 'kernel',
      layer,
      kind,
      perBlock: options.perBlock ?? 1,
      template,
      slots,
      ...(options.costOnly ? { costOnly: true } : {}),
    };
    this.steps.push(step);
  }

  ringStep(
    layer: string,
    action: RingStep['action'],
    ring: RingId,
    templates: RingStep['templates'] = [],
    options: { readonly perBlock?: number; readonly src?: Reference } = {},
  ): void {
    this.steps.push({
      step: 'ring',
      layer,
      kind: 'ring',
      perBlock: options.perBlock ?? 1,
      action,
      ring,
      templates,
      ...(options.src ? { src: options.src } : {}),
    });
  }

  finish(
    engine: string,
    target: Target,
    blockFrames: number,
    io: { readonly input: BufferId; readonly output: BufferId },
    codeBytes: number,
  ): Lowered {
    return {
      engine,
      target,
      blockFrames,
      buffers: this.buffers,
      rings: this.rings,
      input: io.input,
      output: io.output,
      steps: this.steps,
      codeBytes,
    };
  }
}
