/** What a driver does with planar histories, channel by channel, and with its input: functions that all its rings share. */
import { CodeWriter } from './code-writer.ts';
import type { ModuleWriter } from './module-writer.ts';

/** Indexes of the functions. */
export interface Helpers {
  /** (from, to, channels, plane, fromPlane, frames): whole vectors; up to three floats more than asked for. */
  readonly copy: number;
  /** (at, channels, plane, count): the float at `at` into the `count` floats before it. */
  readonly fill: number;
  /** (base, position, period, channels, plane, frames, mirror): a block was written in place in a mirrored ring. */
  readonly settle: number;
  /** (at, frames): whole vectors, of samples below all hearing zeros. */
  readonly flush: number;
}

/**
 * The bits of 1e-15. Samples below are taken for silence (-300 dB of full scale): WebAssembly cannot flush
 * denormals, and products with a fading input would be slow denormals for nothing audible.
 */
const silence = 0x26901d7d;

export function writeHelpers(module: ModuleWriter): Helpers {
  const copy = writeCopy(module);
  const settle = writeSettle(module, copy);
  return { copy, fill: writeFill(module), settle, flush: writeFlush(module) };
}

function writeFlush(module: ModuleWriter): number {
  const [at, frames] = [0, 1];
  const code = new CodeWriter().loop().get(at).get(at).vectorMemory('v128.load', 0);
  code.get(at).vectorMemory('v128.load', 0).simd('f32x4.abs').splat(silence).simd('f32x4.lt');
  code.simd('v128.andnot').vectorMemory('v128.store', 0);
  step(code, at, 16);
  code.get(frames).constant(4).op('i32.sub').tee(frames).constant(0).op('i32.gt_s').branchIf(0);
  return module.add(2, [], code.op('end'));
}

function writeCopy(module: ModuleWriter): number {
  const [from, to, channels, plane, fromPlane, frames] = [0, 1, 2, 3, 4, 5];
  const [source, target, left] = [6, 7, 8];
  const code = new CodeWriter().loop();
  code.get(from).set(source).get(to).set(target).get(frames).set(left).loop();
  code.get(target).get(source).vectorMemory('v128.load', 0).vectorMemory('v128.store', 0);
  step(code, source, 16);
  step(code, target, 16);
  code.get(left).constant(4).op('i32.sub').tee(left).constant(0).op('i32.gt_s').branchIf(0);
  code.op('end');
  code.get(from).get(fromPlane).op('i32.add').set(from);
  nextChannel(code, to, plane, channels);
  return module.add(6, [[3, 'i32']], code.op('end'));
}

function writeFill(module: ModuleWriter): number {
  const [at, channels, plane, count] = [0, 1, 2, 3];
  const [to, left] = [4, 5];
  const code = new CodeWriter().loop();
  code.get(at).set(to).get(count).set(left).loop();
  code.get(to).constant(4).op('i32.sub').tee(to);
  code.get(at).vectorMemory('v128.load32_zero', 0).storeLane('v128.store32_lane', 0);
  code.get(left).constant(1).op('i32.sub').tee(left).branchIf(0).op('end');
  nextChannel(code, at, plane, channels);
  return module.add(4, [[2, 'i32']], code.op('end'));
}

/** Most blocks lie neither past the period nor in the part of the front that the mirror repeats. */
function writeSettle(module: ModuleWriter, copy: number): number {
  const [base, position, period, channels, plane, frames, mirror] = [0, 1, 2, 3, 4, 5, 6];
  const [end, past] = [7, 8];
  const code = new CodeWriter();
  const column = (of: number) => code.get(of).constant(2).op('i32.shl').get(base).op('i32.add');
  code.get(position).get(frames).op('i32.add').tee(end);
  code.get(period).op('i32.sub').tee(past).constant(0).op('i32.gt_s').if();
  column(period).get(base).get(channels).get(plane).get(plane).get(past).call(copy);
  code.op('return').op('end');
  // Whole vectors are copied: up to three more than the block's frames.
  code.get(end).constant(3).op('i32.add').get(mirror).op('i32.lt_s').if();
  column(position);
  code.get(position).get(period).op('i32.add').set(end);
  column(end).get(channels).get(plane).get(plane).get(frames).call(copy).op('end');
  return module.add(7, [[2, 'i32']], code);
}

function step(code: CodeWriter, local: number, bytes: number): void {
  code.get(local).constant(bytes).op('i32.add').set(local);
}

/** Ends the loop over the channels. */
function nextChannel(code: CodeWriter, pointer: number, plane: number, channels: number): void {
  code.get(pointer).get(plane).op('i32.add').set(pointer);
  code.get(channels).constant(1).op('i32.sub').tee(channels).branchIf(0);
}
