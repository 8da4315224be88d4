/**
 * Remembers what has been compiled, lowered and costed, because many rows share them: networks of one shape
 * and devices share a program, devices with one core share kernels. Same answers as without it.
 */
import QuickLRU from 'quick-lru';
import { targetKey } from '../../engine/common/tune-group.ts';
import type { Engine, Support, TanhKind } from '../../engine/engine.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { BlockCost } from '../../machine/cost.ts';
import { type CostOptions, costOf } from '../../machine/cost-of.ts';
import type { MemorySystem } from '../../machine/memory/memory-system.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model, SlimmedModel, Width, WidthOptions } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { slim } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import type { Program } from '../../program/program.ts';
import { textKey } from '../../units/content-key.ts';
import { memoize } from '../../units/memoize.ts';
import { shapeOf } from './model-key.ts';
import { splitAfter } from './split.ts';

/** Shapes whose programs are held, up to twice as many, those used last. */
const mostShapes = 16;
/** Lowered programs with their costs, half a megabyte each: on all pedals one is wanted again after at most 11 others, with all engines after 47. */
const mostLowered = 32;
/** Costs of one lowered program: cores, memories, clocks and copies. */
const mostCosts = 1024;

export class CostCache {
  readonly #networks = new WeakMap<Model, Map<string, SlimmedModel>>();
  readonly #shapes = new WeakMap<Network, string>();
  readonly #programs = new QuickLRU<string, Program>({ maxSize: mostShapes });
  readonly #supports = new WeakMap<Program, Map<string, Support>>();
  readonly #numbers = new WeakMap<Program, number>();
  #programCount = 0;
  readonly #lowered = new QuickLRU<string, Lowered>({ maxSize: mostLowered });
  readonly #halves = new WeakMap<Lowered, Map<string, { front: Lowered; back: Lowered }>>();
  readonly #costs = new WeakMap<Lowered, QuickLRU<string, BlockCost>>();
  readonly #contents = new WeakMap<object, string>();

  slimmed(model: Model, width: Width, options: WidthOptions): SlimmedModel {
    const widths = memoize(this.#networks, model, () => new Map<string, SlimmedModel>());
    return memoize(widths, width.label, () => slim(model, width, options));
  }

  /** The same text for what holds the same: cores, memories and devices of one id may differ. */
  readonly content = (data: object): string =>
    memoize(this.#contents, data, () => textKey(JSON.stringify(data)));

  /** `shapeOf`, worked out once. */
  shape(network: Network): string {
    return memoize(this.#shapes, network, () => shapeOf(network));
  }

  /** The program of the first network of this shape: its operations are those of all, its weights are not. */
  program(network: Network): Program {
    return memoize(this.#programs, this.shape(network), () => compile(network));
  }

  /** Whether the engine takes the program. */
  support(engine: Engine, program: Program, target: Target): Support {
    const known = memoize(this.#supports, program, () => new Map<string, Support>());
    const key = `${engine.id} ${targetKey(target)}`;
    return memoize(known, key, () => engine.supports(program, target));
  }

  lowered(by: Engine, program: Program, target: Target, frames: number, tanh: TanhKind): Lowered {
    const number = memoize(this.#numbers, program, () => this.#programCount++);
    const seen = by.seen?.(program, target) ?? target;
    const key = `${number} ${by.id} ${frames} ${tanh} ${targetKey(seen)}`;
    const options = { blockFrames: frames, tanh };
    return memoize(this.#lowered, key, () => by.lower(program, seen, options));
  }

  halves(lowered: Lowered, frontLayers: number): { front: Lowered; back: Lowered } {
    const known = memoize(this.#halves, lowered, () => new Map());
    return memoize(known, String(frontLayers), () => splitAfter(lowered, frontLayers));
  }

  /** Cycles of copies that run one after another on one core. */
  cost(lowered: Lowered, core: CoreProfile, memory: MemorySystem, options: CostOptions): BlockCost {
    const { clockHz, copies = 1, corners = 'all' } = options;
    const known = memoize(this.#costs, lowered, () => new QuickLRU({ maxSize: mostCosts }));
    const clock = memory.memory === null ? 0 : clockHz;
    const rest = JSON.stringify([clock, copies, options.arguments, corners]);
    const key = `${this.content(core)} ${this.content(memory)} ${rest}`;
    return memoize(known, key, () => costOf(lowered, core, memory, options));
  }
}
