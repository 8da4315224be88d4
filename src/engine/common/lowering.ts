/**
 * Collects what an engine makes of a program: buffers, rings and steps. Templates are shared by
 * name in the whole process, so that equal shapes are timed once.
 */
import QuickLRU from 'quick-lru';
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
  templatesOf,
} from '../../kernel/lowered.ts';
import { type Template, textInstructions } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { Code, type Counts } from './code.ts';
import { TargetBuilder } from './target-builder.ts';
import { targetKey } from './tune-group.ts';

/** A ring in a buffer of its own, the channels of a frame side by side. */
export const interleavedRing = (
  low: Lowering,
  ring: Pick<Ring, 'name' | 'channels' | 'columns' | 'lookback' | 'policy'>,
): RingId => low.ownRing({ ...ring, layout: 'interleaved' });

/**
 * NAM Core's RingBuffer: columns that are written forward; when a block does not fit, the last
 * `lookback` of them move to the front.
 */
export const linearRing = (
  low: Lowering,
  name: string,
  channels: number,
  lookback: number,
  columns: number = 2 * lookback + low.blockFrames,
): RingId => {
  const policy = { kind: 'linear', start: lookback } as const;
  return interleavedRing(low, { name, channels, columns, lookback, policy });
};

/** Rewinds per block of a linear ring. */
export const rewindsPerBlock = ({ rings, blockFrames }: Lowering, ring: RingId): number => {
  const { columns = 0, lookback = 0 } = rings[ring] ?? {};
  return 1 / Math.max(1, Math.floor((columns - lookback) / blockFrames));
};

/** Machine code of all templates in use, so many bytes an instruction. */
export const textBytes = (steps: readonly Step[], perInstruction = 4): number => {
  const templates = steps.flatMap((step) => templatesOf(step).map(({ template }) => template));
  const count = [...new Set(templates)].reduce((sum, of) => sum + textInstructions(of), 0);
  return perInstruction * count;
};

export type Label = Readonly<Record<'layer' | 'kind', string>>;

export interface LoweringOptions {
  /** Names the function that runs a template, step by step, where code is scattered. */
  readonly codeOf?: (template: Template) => string;
  /** @default 256 */
  readonly stackFloats?: number;
}

const none = {};

/** The templates of the process that were used last, by what of the target they depend on and by name; a model on all pedals has some 500. */
const written = new QuickLRU<string, Template>({ maxSize: 1024 });

/** Buffers, rings and steps, in the order in which an engine makes them. */
export class Collector {
  readonly buffers: Buffer[] = [];
  readonly rings: Ring[] = [];
  readonly steps: Step[] = [];

  buffer(name: string, floats: number, region: Region, data?: Float32Array): BufferId {
    return this.buffers.push({ name, floats, region, data }) - 1;
  }

  /** A buffer from its start on. */
  memory(name: string, floats: number, region: Region, data?: Float32Array): Reference {
    return { buffer: this.buffer(name, floats, region, data), offset: 0 };
  }

  /** Memory that holds `data` from the start. */
  weights(name: string, data: Float32Array, region: Region = 'weights'): Reference {
    return this.memory(name, data.length, region, data);
  }

  /** A ring with a buffer of its own. */
  ownRing(ring: Omit<Ring, 'buffer'>): RingId {
    const buffer = this.buffer(ring.name, ring.channels * ring.columns, 'history');
    return this.ring({ ...ring, buffer });
  }

  ring(ring: Ring): RingId {
    return this.rings.push(ring) - 1;
  }

  /** The columns of a ring from `delay` frames back on. */
  history(ring: RingId, delay = 0): Reference {
    return { ...this.frontOf(ring), ring: { id: ring, delay } };
  }

  /** Where the memory of a ring begins, or `floats` behind that. */
  frontOf(ring: RingId, floats = 0): Reference {
    const buffer = this.rings[ring]?.buffer;
    if (buffer === undefined) throw new RangeError(`There is no ring ${ring}.`);
    return { buffer, offset: floats };
  }
}

export class Lowering extends Collector {
  readonly target: Target;
  readonly blockFrames: number;
  private readonly shared = new Map<string, BufferId>();
  private readonly templates = new Map<string, Template>();
  private readonly key: string;
  private readonly codeOf: ((template: Template) => string) | undefined;
  /** A stack frame's worth of memory: where registers spill. */
  readonly stack: Reference;
  private readonly stackOnly: readonly Reference[];

  constructor(target: Target, blockFrames: number, options: LoweringOptions = none) {
    super();
    this.codeOf = options.codeOf;
    this.target = target;
    this.blockFrames = blockFrames;
    this.key = targetKey(target);
    this.stack = this.memory('stack', options.stackFloats ?? 256, 'stack');
    this.stackOnly = [this.stack];
  }

  /** The block as it comes from the host, and as it goes back. */
  io(): { readonly input: BufferId; readonly output: BufferId } {
    const [input, output] = ['audio in', 'audio out'].map((name) =>
      this.buffer(name, this.blockFrames, 'io'),
    ) as [BufferId, BufferId]; // one for each name
    return { input, output };
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

  /**
   * The template of this name for this target; written where it is not known yet. Its own name begins
   * with a slash: the place of the target's.
   */
  template(name: string, write: (b: TargetBuilder) => void): Template {
    return memoize(this.templates, name, () =>
      memoize(written, `${this.key}/${name}`, () => {
        const builder = new TargetBuilder(this.target);
        write(builder);
        return builder.build(`/${name}`);
      }),
    );
  }

  /** Slots follow the template's; the first is the stack frame. */
  kernel(
    place: Label,
    template: Template,
    slots: readonly Reference[],
    options: { costOnly?: boolean; perBlock?: number; every?: number } = none,
  ): void {
    const step: KernelStep = {
      step: 'kernel',
      layer: place.layer,
      kind: place.kind,
      perBlock: options.perBlock ?? 1,
      template,
      slots: this.stackOnly.concat(slots),
      costOnly: options.costOnly,
      every: options.every,
      code: this.codeOf?.(template),
    };
    this.steps.push(step);
  }

  ringStep(step: Omit<RingStep, 'step' | 'code'>): void {
    const { layer, kind, perBlock, action, ring, src, templates } = step;
    const { codeOf } = this;
    const code = codeOf && templates.map(({ template }) => codeOf(template)).join(' ');
    this.steps.push({ step: 'ring', layer, kind, perBlock, action, ring, src, templates, code });
  }

  /** A copy by `template` that depends on where the ring is. Slots: stack, source, destination. */
  ringCopy(
    place: Label,
    action: Exclude<RingStep['action'], 'advance'>,
    ring: RingId,
    template: Template,
    [from, to]: readonly [Reference, Reference],
    { perBlock = 1, src }: Partial<Pick<RingStep, 'perBlock' | 'src'>> = none,
  ): void {
    const templates = [{ template, times: 1, slots: [this.stack, from, to] }];
    this.ringStep({ ...place, perBlock, action, ring, src, templates });
  }

  /** Writes instructions that compute nothing, as calls and allocations have them; appends them where asked. */
  overhead(name: string, total: Counts): (place: Label) => void {
    const template = this.template(name, (b) => new Code(b).body(total));
    return (place) => this.kernel(place, template, [], { costOnly: true });
  }

  /** The ring's position moves on by the block; most often what that costs is part of a call. */
  advance(layer: string, ring: RingId, templates: RingStep['templates'] = []): void {
    this.ringStep({ layer, kind: 'ring', perBlock: 1, action: 'advance', ring, templates });
  }

  finish(engine: string, input: BufferId, output: BufferId, codeBytes: number): Lowered {
    return {
      engine,
      target: loweredFor(this.target),
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
