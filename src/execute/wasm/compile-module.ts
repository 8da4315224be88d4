/**
 * A lowered program as one WebAssembly module: a function per kernel, and a driver per chunk size
 * that calls them in order with the addresses of the buffers and the positions of the rings.
 */
import type { Lowered, Reference, Ring, RingStep } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { CodeWriter } from './code-writer.ts';
import { writeKernel } from './kernel-function.ts';
import { ModuleWriter } from './module-writer.ts';
import { WasmError } from './wasm-error.ts';

/** Where everything lies in memory, in bytes. */
export interface MemoryLayout {
  /** Of each buffer. */
  readonly buffers: readonly number[];
  /** An int32 per ring: the column where the next chunk starts. */
  readonly positions: number;
  readonly bytes: number;
}

export interface CompiledModule {
  readonly bytes: Uint8Array;
  readonly layout: MemoryLayout;
  readonly memoryPages: number;
}

export interface Chunk {
  /** The export's name: a function of the valid frames, at most the block length. */
  readonly name: string;
  readonly lowered: Lowered;
  /** Before a history is read, its past is filled with the value of the newest frame. */
  readonly saturate?: boolean;
}

const pageBytes = 65536;

export function layOut(lowered: Lowered): MemoryLayout {
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

/** All chunks share the memory, so they must agree on buffers and rings. */
export function compileModule(chunks: readonly [Chunk, ...Chunk[]]): CompiledModule {
  const layout = layOut(chunks[0].lowered);
  const module = new ModuleWriter();
  const copy = writeCopy(module);
  const fill = writeFill(module);
  const kernels = new Map<Template, number>();
  for (const chunk of chunks) {
    if (`${layOut(chunk.lowered).buffers}` !== `${layout.buffers}`) {
      throw new WasmError(`${chunk.name}: a chunk with buffers of its own`);
    }
    for (const step of chunk.lowered.steps) {
      if (step.step !== 'kernel' || step.costOnly || kernels.has(step.template)) continue;
      const index = writeKernel(module, step.template, chunk.lowered.blockFrames);
      kernels.set(step.template, index);
    }
  }
  for (const chunk of chunks) {
    new DriverWriter(chunk, layout, kernels, { copy, fill }).write(module);
  }
  const memoryPages = Math.ceil(layout.bytes / pageBytes);
  return { bytes: module.finish(memoryPages), layout, memoryPages };
}

/** (from, to, frames): whole vectors; up to three floats more than asked for. */
function writeCopy(module: ModuleWriter): number {
  const [from, to, frames] = [0, 1, 2];
  const code = new CodeWriter().loop();
  code.get(to).get(from).vectorMemory('v128.load', 0).vectorMemory('v128.store', 0);
  code.get(from).constant(16).op('i32.add').set(from);
  code.get(to).constant(16).op('i32.add').set(to);
  code.get(frames).constant(4).op('i32.sub').tee(frames).constant(0).op('i32.gt_s').branchIf(0);
  return module.add(3, [], code.op('end'));
}

/** (at, count): the float at `at` into the `count` floats before it. */
function writeFill(module: ModuleWriter): number {
  const [at, count, to] = [0, 1, 2];
  const code = new CodeWriter().get(at).set(to).loop();
  code.get(to).constant(4).op('i32.sub').tee(to);
  code.get(at).vectorMemory('v128.load32_zero', 0).storeLane('v128.store32_lane', 0);
  code.get(count).constant(1).op('i32.sub').tee(count).branchIf(0);
  return module.add(2, [[1, 'i32']], code.op('end'));
}

class DriverWriter {
  private readonly chunk: Chunk;
  private readonly layout: MemoryLayout;
  private readonly kernels: ReadonlyMap<Template, number>;
  private readonly helpers: { readonly copy: number; readonly fill: number };
  private readonly code: CodeWriter = new CodeWriter();
  private readonly saturated = new Set<number>();

  constructor(
    chunk: Chunk,
    layout: MemoryLayout,
    kernels: ReadonlyMap<Template, number>,
    helpers: { readonly copy: number; readonly fill: number },
  ) {
    this.chunk = chunk;
    this.layout = layout;
    this.kernels = kernels;
    this.helpers = helpers;
  }

  write(module: ModuleWriter): void {
    const { code, layout } = this;
    const { lowered } = this.chunk;
    lowered.rings.forEach((_, id) => {
      code
        .constant(0)
        .scalarMemory('i32.load', layout.positions + 4 * id)
        .set(1 + id);
    });
    for (const step of lowered.steps) {
      if (step.step === 'ring') this.ring(step);
      else if (!step.costOnly) {
        for (const slot of step.slots) this.saturate(slot);
        for (const slot of step.slots) this.address(slot);
        code.get(0).call(this.kernels.get(step.template)!);
      }
    }
    lowered.rings.forEach((_, id) => {
      code
        .constant(0)
        .get(1 + id)
        .scalarMemory('i32.store', layout.positions + 4 * id);
    });
    module.add(1, [[lowered.rings.length, 'i32']], code, this.chunk.name);
  }

  /** Pushes the byte address of a reference, and `more` bytes. */
  private address(reference: Reference, more = 0): void {
    const start = this.layout.buffers[reference.buffer]! + 4 * reference.offset + more;
    if (!reference.ring) {
      this.code.constant(start);
      return;
    }
    const ring = this.chunk.lowered.rings[reference.ring.id]!;
    const column = ring.layout === 'interleaved' ? 4 * ring.channels : 4;
    this.code
      .get(1 + reference.ring.id)
      .constant(column)
      .op('i32.mul');
    this.code.constant(start - column * reference.ring.delay).op('i32.add');
  }

  private saturate(reference: Reference): void {
    const from = reference.ring;
    if (!this.chunk.saturate || !from || from.delay === 0 || this.saturated.has(from.id)) return;
    this.saturated.add(from.id);
    const ring = this.chunk.lowered.rings[from.id]!;
    for (let channel = 0; channel < ring.channels; channel++) {
      const newest = { buffer: ring.buffer, offset: 0, ring: { id: from.id, delay: 0 } };
      this.address(newest, 4 * channel * ring.columns);
      this.code.constant(ring.lookback).call(this.helpers.fill);
    }
  }

  private ring(step: RingStep): void {
    const { code } = this;
    const { lowered } = this.chunk;
    const ring = lowered.rings[step.ring]!;
    if (ring.policy.kind !== 'linear' || ring.layout !== 'planar') {
      throw new WasmError(`${ring.name}: a ring that is not linear and planar`);
    }
    const position = 1 + step.ring;
    switch (step.action) {
      case 'write': {
        const source = step.src;
        if (!source) throw new WasmError(`${ring.name}: a write without a source`);
        for (let channel = 0; channel < ring.channels; channel++) {
          this.address(source, 4 * channel * lowered.blockFrames);
          const to = { buffer: ring.buffer, offset: 0, ring: { id: step.ring, delay: 0 } };
          this.address(to, 4 * channel * ring.columns);
          code.get(0).call(this.helpers.copy);
        }
        return;
      }
      case 'rewind':
        // Whole tiles are written, whatever is valid: there must be room for the largest chunk.
        code.get(position).constant(rewindAt(ring, lowered)).op('i32.gt_s').if();
        this.moveToFront(ring, position);
        code.constant(ring.lookback).set(position).op('end');
        return;
      case 'advance':
        code.get(position).get(0).op('i32.add').set(position);
        return;
      case 'mirror':
        throw new WasmError(`${ring.name}: a mirror`);
      default:
        step.action satisfies never;
    }
  }

  private moveToFront(ring: Ring, position: number): void {
    if (ring.lookback === 0) return;
    const start = this.layout.buffers[ring.buffer]!;
    for (let channel = 0; channel < ring.channels; channel++) {
      const plane = start + 4 * channel * ring.columns;
      this.code.constant(plane);
      this.code.get(position).constant(4).op('i32.mul');
      this.code.constant(plane - 4 * ring.lookback).op('i32.add');
      this.code.constant(4 * ring.lookback).memoryCopy();
    }
  }
}

/** The last position from which a block of whole tiles still fits. */
function rewindAt(ring: Ring, lowered: Lowered): number {
  return ring.columns - lowered.blockFrames;
}
