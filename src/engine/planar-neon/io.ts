/**
 * What surrounds the layers of the planar models: the input from doubles, the rechannel, the head
 * convolution, the output to doubles. On ARMv7 doubles are converted one by one.
 */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Register, Registers } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import type { Counts } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';
import { StackFrame } from '../common/stack-frame.ts';
import { upTo } from '../common/stack-layer.ts';

const onArmv7 = (low: Lowering): boolean => low.target.isa === 'armv7-neon';

/** What passes over all channels depend on. */
class Pass {
  protected readonly b: KernelBuilder;
  protected readonly frame: StackFrame;
  protected readonly channels: readonly number[];
  protected readonly lite: boolean;
  protected readonly arm: boolean;
  protected readonly frames: number;
  /** The first of the frames that no vector holds. */
  protected readonly rest: number;

  constructor(b: KernelBuilder, low: Lowering, channels: 3 | 8) {
    this.b = b;
    this.frame = new StackFrame(b);
    this.channels = upTo(channels);
    this.lite = channels === 3;
    this.arm = onArmv7(low);
    this.frames = low.blockFrames;
    this.rest = this.frames - (this.frames % 4);
  }
}

/**
 * Slots: stack, input, condition, weights (a float a channel), the planes of layer 0's ring. Three
 * channels are rechannelled in the loop of the input; eight are a loop of their own each.
 */
export const inputPass = (low: Lowering, channels: 3 | 8): Template =>
  low.template(`planar-neon/input/${channels}/${low.blockFrames}`, (b) =>
    new InputWriter(b, low, channels).write(),
  );

class InputWriter extends Pass {
  private readonly input = this.b.slot('input');
  private readonly cond = this.b.slot('condition');
  private readonly weights = this.b.slot('rechannel');
  private readonly planes = this.channels.map((c) => this.b.slot(`plane ${c}`));

  write(): void {
    const { b, arm, lite: fused, frames, rest } = this;
    this.frame.overhead(
      arm
        ? { int: 60, load_int: 20, store_int: 24, branch: 7, store_fp64: 4 }
        : { int: 41, load_int: 6, store_int: 8, branch: 7, store_fp64: 4 },
    );
    const read = arm && !fused ? [] : this.planes;
    const gains = read.map((_, c) => b.load(b.at(this.weights, c), 1));
    if (arm) this.singles(0, frames, gains, 2);
    else {
      this.vectors(gains);
      this.singles(rest, frames % 4, gains, 5);
    }
    for (const [c, plane] of fused ? [] : this.planes.entries()) this.rechannel(plane, c, gains[c]);
  }

  private vectors(gains: Registers): void {
    const { b } = this;
    b.loop(this.rest / 4, (f) => {
      const raw = b.register();
      b.loadMany([raw], b.at(this.input, 0, f.times(4)), 4, { form: 'pair', wide: true });
      b.convert('narrow', raw, 4);
      this.keep(b.convert('narrow', raw, 4), 4, 0, f.times(4), gains);
      this.frame.overhead({ int: this.lite ? 3 : 2, branch: 1 });
    });
  }

  private singles(from: number, count: number, gains: Registers, int: number): void {
    const { b } = this;
    b.loop(count, (f) => {
      const raw = b.load(b.at(this.input, from, f.times(1)), 1, { wide: true });
      this.keep(b.convert('narrow', raw, 1), 1, from, f.times(1), gains);
      this.frame.overhead({ int, branch: 1 });
    });
  }

  /** The condition, and of three channels what their planes get of it. */
  private keep(x: Register, lanes: 1 | 4, from: number, at: Term, gains: Registers): void {
    const { b } = this;
    b.store(x, b.at(this.cond, from, at), lanes);
    const element = lanes > 1 ? 0 : undefined;
    for (const [c, gain] of this.lite ? gains.entries() : []) {
      const scaled = b.binary('mul', x, gain, lanes, { element });
      b.store(scaled, b.at(this.planes[c] as number, from, at), lanes); // a gain a plane
    }
  }

  /** One plane from the condition, by a gain that is in a register or read again. */
  private rechannel(plane: number, c: number, gain: Register | undefined): void {
    const { b, frame, cond, rest } = this;
    frame.overhead({ int: 12, load_int: gain === undefined ? 4 : 3, branch: 3 });
    if (gain !== undefined) b.shuffle(gain, gain, 4, [0, 0, 0, 0]);
    const weight = gain ?? b.load(b.at(this.weights, c), 4, { form: 'dup' });
    const element = gain === undefined ? undefined : 0;
    b.loop(rest / 4, (f) => {
      const x = b.load(b.at(cond, 0, f.times(4)), 4);
      b.store(b.binary('mul', x, weight, 4, { element }), b.at(plane, 0, f.times(4)), 4);
      frame.overhead({ int: 2, branch: 1 });
    });
    b.loop(this.frames % 4, (f) => {
      const x = b.load(b.at(cond, rest, f.times(1)), 1);
      b.store(b.binary('mul', x, weight, 1), b.at(plane, rest, f.times(1)), 1);
      frame.overhead({ int: 3, branch: 1 });
    });
  }
}

/**
 * Slots: stack, weights (tap by tap, channels padded to a multiple of 4, then bias, scale), out,
 * planes of the taps (tap by tap). Three channels: one chain of 48 products per 4 frames. Eight:
 * 8 chains at once over 32 frames, then one per 4 frames; on ARMv7 one chain always.
 */
export const headPass = (low: Lowering, channels: 3 | 8): Template =>
  low.template(`planar-neon/head/${channels}/${low.blockFrames}`, (b) => {
    const writer = new HeadWriter(b, low, channels);
    if (onArmv7(low)) writer.writeArmv7();
    else writer.write();
  });

/** Taps of the A2's head. */
const headTaps = 16;

class HeadWriter extends Pass {
  private readonly weights = this.b.slot('weights');
  private readonly out = this.b.slot('head out');
  private readonly taps = upTo(headTaps).map((k) =>
    this.channels.map((c) => this.b.slot(`tap ${k} plane ${c}`)),
  );
  private readonly row = this.lite ? 4 : 8;
  private readonly bias = this.row * headTaps;

  write(): void {
    const { b, frame, frames, lite } = this;
    frame.overhead(
      lite
        ? { int: 80, load_int: 12, store_int: 42, branch: 3 }
        : { int: 35, load_int: 6, store_int: 13, branch: 2 },
    );
    const [bias, scale] = [b.register(), b.register()];
    b.loadMany([bias, scale], b.at(this.weights, this.bias), 1, { form: 'pair' });
    const wide = lite ? 0 : Math.floor(frames / 32);
    this.chains(8, 0, wide, bias, scale);
    this.chains(1, 32 * wide, Math.floor((frames - 32 * wide) / 4), bias, scale);
    const start = (): Register => b.unary('mov', bias, 1);
    this.singles(start, () => scale, { int: 4, load_int: 1, branch: 1 }, { int: 2, branch: 1 });
  }

  private chains(vectors: number, at: number, trips: number, bias: Register, scale: Register) {
    const { b, frame, lite } = this;
    const one = lite ? { int: 2, load_int: 24, branch: 1 } : { int: 7, branch: 1 };
    b.loop(trips, (f) => {
      const term = f.times(4 * vectors);
      const sums = upTo(vectors).map(() => b.shuffle(bias, bias, 4, [0, 0, 0, 0]));
      this.taps.forEach((planes, k) => {
        const w = b.registerList(this.row / 4);
        b.loadMany(w, b.at(this.weights, this.row * k), 4, { form: lite ? 'plain' : 'pair' });
        sums.forEach((sum, v) => {
          planes.forEach((plane, c) => {
            const x = b.load(b.at(plane, at + 4 * v, term), 4);
            b.accumulate(sum, x, w[c >> 2] as Register, 4, c & 3); // a row holds all channels
          });
        });
        if (vectors > 1) {
          frame.spills([5], sums);
          frame.overhead({ int: 12, load_int: 1, branch: 1 });
        } else if (!lite) frame.overhead({ int: 4, load_int: 1, branch: 1 });
      });
      sums.forEach((sum, v) => {
        const scaled = b.binary('mul', sum, scale, 4, { element: 0 });
        b.store(scaled, b.at(this.out, at + 4 * v, term), 4);
      });
      frame.overhead(vectors > 1 ? { int: 5, branch: 1 } : one);
    });
  }

  /**
   * One chain per 4 frames, each weight broadcast from memory. With three channels GCC unrolls the
   * taps and keeps their 48 addresses on the stack.
   */
  writeArmv7(): void {
    const { b, frame } = this;
    const broadcast = (index: number) => b.load(b.at(this.weights, index), 4, { form: 'dup' });
    frame.overhead({ int: 80, load_int: 12, store_int: 42, branch: 3 });
    b.loop(this.rest / 4, (f) => {
      const y = broadcast(this.bias);
      this.taps.forEach((planes, k) => {
        planes.forEach((plane, c) => {
          b.accumulate(y, b.load(b.at(plane, 0, f.times(4)), 4), broadcast(this.row * k + c), 4);
        });
        if (this.lite) {
          frame.halves([0, 5]);
          frame.halves([4]);
          frame.overhead({ int: 12, load_int: 16, store_int: 2 });
        } else frame.overhead({ int: 20, load_int: 9, branch: 1 });
      });
      b.store(b.binary('mul', y, broadcast(this.bias + 1), 4), b.at(this.out, 0, f.times(4)), 4);
      frame.overhead({ int: 4, load_int: 2, branch: 1 });
    });
    const read = (index: number): Register => b.load(b.at(this.weights, index), 1);
    const perTap = { int: 5, load_int: 2, branch: 1 };
    const [bias, scale] = [() => read(this.bias), () => read(this.bias + 1)];
    this.singles(bias, scale, perTap, { int: 3, branch: 1 });
  }

  private singles(bias: () => Register, scale: () => Register, perTap: Counts, after: Counts) {
    const { b, frame, rest: at } = this;
    b.loop(this.frames - at, (f) => {
      const y = bias();
      this.taps.forEach((planes, k) => {
        planes.forEach((plane, c) => {
          const x = b.load(b.at(plane, at, f.times(1)), 1);
          b.accumulate(y, x, b.load(b.at(this.weights, this.row * k + c), 1), 1);
        });
        frame.overhead(perTap);
      });
      b.store(b.binary('mul', y, scale(), 1), b.at(this.out, at, f.times(1)), 1);
      frame.overhead(after);
    });
  }
}

/** Slots: stack, head out, output. */
export const outputPass = (low: Lowering): Template =>
  low.template(`planar-neon/output/${low.blockFrames}`, (b) => {
    const [arm, frames] = [onArmv7(low), low.blockFrames];
    const frame = new StackFrame(b);
    const [from, to] = [b.slot('head out'), b.slot('output')];
    const rest = arm ? 0 : frames - (frames % 4);
    frame.overhead(arm ? { int: 9, load_int: 5, branch: 2 } : { int: 9, load_int: 3, branch: 3 });
    b.loop(rest / 4, (f) => {
      const x = b.load(b.at(from, 0, f.times(4)), 4);
      b.convert('widen', x, 4);
      b.store([b.convert('widen', x, 4)], b.at(to, 0, f.times(4)), 4, { form: 'pair', wide: true });
      frame.overhead({ int: 2, branch: 1 });
    });
    b.loop(frames - rest, (f) => {
      const y = b.convert('widen', b.load(b.at(from, rest, f.times(1)), 1), 1);
      b.store(y, b.at(to, rest, f.times(1)), 1, { wide: true });
      frame.overhead({ int: arm ? 1 : 4, branch: 1 });
    });
    const restored = { load_fp64: 4, branch: 1 };
    frame.overhead(arm ? { int: 2, load_int: 9, ...restored } : { load_int: 6, ...restored });
  });
