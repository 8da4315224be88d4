/**
 * A lowered program as one WebAssembly module: a function per kernel, and a driver that calls them in order with the addresses of the buffers and the positions of the rings.
 */
import type { Lowered, Reference, Ring, RingStep } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { CodeWriter, WasmError } from './code-writer.ts';
import { writeKernel } from './kernel-function.ts';
import { ModuleWriter } from './module-writer.ts';
import { type Helpers, writeHelpers } from './ring-functions.ts';

/** Where everything lies in memory, in bytes. */
export interface MemoryLayout {
  /** Of each buffer. */
  readonly buffers: readonly number[];
  /** An int32 per ring: the column where the next block starts. */
  readonly positions: number;
  readonly bytes: number;
}

export interface CompiledModule {
  readonly bytes: Uint8Array;
  readonly layout: MemoryLayout;
  readonly memoryPages: number;
}

const pageBytes = 65536;

function layOut(lowered: Lowered): MemoryLayout {
  let at = 0;
  const buffers: number[] = [];
  for (const { floats } of lowered.buffers) {
    buffers.push(at);
    // Whole cache lines, so that a buffer's vectors do not share one with another buffer's.
    at += Math.ceil((4 * floats) / 64) * 64;
  }
  // Reads of whole tiles may go past the last buffer.
  const positions = at + 256;
  return { buffers, positions, bytes: positions + 4 * lowered.rings.length + 64 };
}

/**
 * The module exports `run`, a function of the valid frames, at most the block length, and of a flag. Where that is 1,
 * a history's past is filled with the value of the newest frame before it is read. `inputs` are the input's channels.
 */
export function compileModule(lowered: Lowered, inputs: number): CompiledModule {
  const layout = layOut(lowered);
  const module = new ModuleWriter();
  const helpers = writeHelpers(module);
  const kernels = new Map<Template, number>();
  for (const step of lowered.steps) {
    if (step.step !== 'kernel' || step.costOnly || kernels.has(step.template)) continue;
    kernels.set(step.template, writeKernel(module, step.template, lowered.blockFrames));
  }
  new DriverWriter(lowered, { layout, kernels, helpers }).write(module, inputs);
  const memoryPages = Math.ceil(layout.bytes / pageBytes);
  return { bytes: module.finish(memoryPages), layout, memoryPages };
}

/** A driver's parameters. */
const frames = 0;
const saturating = 1;
/** A number for in between; the ring positions are the locals after it. */
const scratch = 2;
const firstPosition = 3;

interface Program {
  readonly layout: MemoryLayout;
  readonly kernels: ReadonlyMap<Template, number>;
  readonly helpers: Helpers;
}

class DriverWriter {
  private readonly lowered: Lowered;
  private readonly program: Program;
  private readonly code: CodeWriter = new CodeWriter();
  private readonly saturated = new Set<number>();

  constructor(lowered: Lowered, program: Program) {
    this.lowered = lowered;
    this.program = program;
  }

  write(module: ModuleWriter, inputs: number): void {
    const { code, lowered, program } = this;
    for (let channel = 0; channel < inputs; channel++) {
      this.address({ buffer: lowered.input, offset: channel * lowered.blockFrames });
      code.get(frames).call(program.helpers.flush);
    }
    for (const id of lowered.rings.keys()) {
      code.constant(0).scalarMemory('i32.load', program.layout.positions + 4 * id);
      code.set(firstPosition + id);
    }
    for (const step of lowered.steps) {
      if (step.step === 'ring') this.ring(step);
      else if (!step.costOnly) {
        for (const slot of step.slots) this.saturate(slot);
        for (const slot of step.slots) this.address(slot);
        code.get(frames).call(program.kernels.get(step.template) as number); // all are written before
      }
    }
    for (const id of lowered.rings.keys()) {
      code.constant(0).get(firstPosition + id);
      code.scalarMemory('i32.store', program.layout.positions + 4 * id);
    }
    module.add(scratch, [[1 + lowered.rings.length, 'i32']], code, 'run');
  }

  /** Pushes the byte address of a reference. */
  private address(reference: Reference): void {
    const start = (this.program.layout.buffers[reference.buffer] ?? 0) + 4 * reference.offset;
    if (!reference.ring) {
      this.code.constant(start);
      return;
    }
    const ring = this.ringOf(reference.ring.id);
    const column = ring.layout === 'interleaved' ? 4 * ring.channels : 4;
    const { id, delay } = reference.ring;
    const { code } = this;
    code.get(firstPosition + id);
    if (ring.policy.kind === 'linear' || delay === 0) {
      code.constant(column).op('i32.mul');
      code.constant(start - column * delay).op('i32.add');
      return;
    }
    code.constant(delay).op('i32.sub');
    this.wrapped(ring.policy.period).constant(column).op('i32.mul');
    code.constant(start).op('i32.add');
  }

  /** Adds the period to the column on the stack where it is negative. */
  private wrapped(period: number): CodeWriter {
    const { code } = this;
    code.tee(scratch).get(scratch).constant(31).op('i32.shr_s');
    return code.constant(period).op('i32.and').op('i32.add');
  }

  private saturate(reference: Reference): void {
    const from = reference.ring;
    if (!from || from.delay === 0 || this.saturated.has(from.id)) return;
    this.saturated.add(from.id);
    const ring = this.ringOf(from.id);
    this.code.get(saturating).if();
    this.address(startOf(ring, from.id));
    this.shape(ring).constant(ring.lookback).call(this.program.helpers.fill);
    if (ring.policy.kind === 'mirrored') {
      const front = frontOf(ring);
      this.address(front);
      this.address({ ...front, offset: front.offset + ring.policy.period });
      // The block's own frames lie after the past, and are settled already.
      const mirrored = Math.min(ring.lookback, ring.columns - ring.policy.period);
      const plane = 4 * (ring.plane ?? ring.columns);
      this.shape(ring).constant(plane).constant(mirrored).call(this.program.helpers.copy);
    }
    this.code.op('end');
  }

  /** Pushes a planar ring's channels and the bytes from one to the next. */
  private shape(ring: Ring): CodeWriter {
    return this.code.constant(ring.channels).constant(4 * (ring.plane ?? ring.columns));
  }

  private ring({ action, ring: id, src }: RingStep): void {
    const ring = this.ringOf(id);
    const { policy } = ring;
    const fault = (what: string): WasmError => new WasmError(`${ring.name}: ${what}`);
    if (ring.layout !== 'planar') throw fault('a ring that is not planar');
    switch (action) {
      case 'write':
        if (policy.kind !== 'linear') throw fault('a write that wraps');
        if (!src) throw fault('a write without a source');
        this.copyIn(ring, id, src);
        return;
      case 'settle':
        if (policy.kind !== 'mirrored') throw fault('no mirror to settle');
        this.settle(ring, id, policy.period);
        return;
      case 'rewind':
        if (policy.kind !== 'linear') throw fault('no end to rewind from');
        this.rewind(ring, id);
        return;
      case 'advance':
        this.advance(ring, id);
        return;
      case 'mirror':
        throw fault('a mirror');
      default:
        action satisfies never;
    }
  }

  private ringOf(id: number): Ring {
    return this.lowered.rings[id] as Ring; // steps name rings of their own program
  }

  private copyIn(ring: Ring, id: number, src: Reference): void {
    this.address(src);
    this.address(startOf(ring, id));
    this.shape(ring).constant(4 * this.lowered.blockFrames);
    this.code.get(frames).call(this.program.helpers.copy);
  }

  private settle(ring: Ring, id: number, period: number): void {
    this.address(frontOf(ring));
    this.code.get(firstPosition + id).constant(period);
    this.shape(ring).get(frames);
    this.code.constant(ring.columns - period).call(this.program.helpers.settle);
  }

  /** Whole tiles are written, whatever is valid: there must be room for the largest block. */
  private rewind(ring: Ring, id: number): void {
    const { code } = this;
    const { lookback } = ring;
    code
      .get(firstPosition + id)
      .constant(ring.columns - this.lowered.blockFrames)
      .op('i32.gt_s')
      .if();
    if (lookback > 0) {
      this.address(startOf(ring, id, lookback));
      this.address(frontOf(ring));
      this.shape(ring)
        .constant(4 * (ring.plane ?? ring.columns))
        .constant(lookback);
      code.call(this.program.helpers.copy);
    }
    code
      .constant(lookback)
      .set(firstPosition + id)
      .op('end');
  }

  private advance({ policy }: Ring, id: number): void {
    const { code } = this;
    code
      .get(firstPosition + id)
      .get(frames)
      .op('i32.add');
    if (policy.kind === 'mirrored') {
      code.constant(policy.period).op('i32.sub');
      this.wrapped(policy.period);
    }
    code.set(firstPosition + id);
  }
}

/** Where the memory of a ring begins. */
function frontOf({ buffer, first: offset = 0 }: Ring): Reference {
  return { buffer, offset };
}

/** A column of a ring's first channel: the current one, or one so many frames back. */
function startOf(ring: Ring, id: number, delay = 0): Reference {
  return { ...frontOf(ring), ring: { id, delay } };
}
