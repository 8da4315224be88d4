/** Collects the buffers, rings and steps of a lowered program. */
import {
  type Buffer,
  type BufferId,
  type KernelStep,
  type Lowered,
  loweredFor,
  type Reference,
  type Region,
  type Ring,
  type RingId,
  type RingStep,
  type Step,
  type Target,
} from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';

export class Lowering {
  readonly buffers: Buffer[] = [];
  readonly rings: Ring[] = [];
  readonly steps: Step[] = [];

  buffer(name: string, floats: number, region: Region, data?: Float32Array): BufferId {
    return this.buffers.push({ name, floats, region, data }) - 1;
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
      costOnly: options.costOnly,
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
      src: options.src,
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
      target: loweredFor(target),
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
