/**
 * Remembers what has been compiled, lowered and costed, because many rows share them: copies and
 * devices share a program, devices with one core share kernels. Same answers as without it.
 */
import type { Engine, TanhKind } from '../engine/engine.ts';
import { type Answers, agrees, WatchedTarget } from '../engine/watched-target.ts';
import type { ArgumentDistribution } from '../kernel/libm.ts';
import type { Lowered, Target } from '../kernel/lowered.ts';
import type { CoreProfile } from '../machine/core-profile.ts';
import type { BlockCost } from '../machine/cost.ts';
import { costOf } from '../machine/cost-of.ts';
import type { MemorySystem } from '../machine/memory-system.ts';
import type { Ends } from '../machine/pipeline.ts';
import type { Model, SlimmedModel, Width, WidthOptions } from '../nam/model.ts';
import type { Network } from '../nam/network.ts';
import { slim } from '../nam/widths.ts';
import { compile } from '../program/compile.ts';
import type { Program } from '../program/program.ts';
import { splitAfter } from './split.ts';

const remember = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

const entryOf = <K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

/** A lowered program, and what the engine asked of the target that it was lowered for. */
interface LoweredBefore {
  readonly lowered: Lowered;
  readonly answers: Answers;
}

export class CostBook {
  readonly #networks = new WeakMap<Model, Map<string, SlimmedModel>>();
  readonly #programs = new WeakMap<Network, Program>();
  readonly #lowered = new WeakMap<Program, Map<string, LoweredBefore[]>>();
  readonly #halves = new WeakMap<Lowered, Map<string, { front: Lowered; back: Lowered }>>();
  readonly #costs = new WeakMap<Lowered, Map<string, BlockCost>>();

  slimmed(model: Model, width: Width, options: WidthOptions): SlimmedModel {
    const widths = entryOf(this.#networks, model, () => new Map<string, SlimmedModel>());
    return remember(widths, width.label, () => slim(model, width, options));
  }

  program(network: Network): Program {
    return entryOf(this.#programs, network, () => compile(network));
  }

  /** The same object for all targets that agree in what the engine asked of them. */
  lowered(
    engine: Engine,
    program: Program,
    target: Target,
    blockFrames: number,
    tanh: TanhKind,
  ): Lowered {
    const known = entryOf(this.#lowered, program, () => new Map<string, LoweredBefore[]>());
    const before = remember(known, `${engine.id} ${blockFrames} ${tanh}`, () => []);
    const shared = before.find(({ answers }) => agrees(target, answers));
    if (shared !== undefined) return shared.lowered;
    const watch = new WatchedTarget(target);
    const lowered = engine.lower(program, watch.view, { blockFrames, tanh });
    before.push({ lowered, answers: watch.close() });
    return lowered;
  }

  halves(lowered: Lowered, frontLayers: number): { front: Lowered; back: Lowered } {
    const known = entryOf(this.#halves, lowered, () => new Map());
    return remember(known, String(frontLayers), () => splitAfter(lowered, frontLayers));
  }

  /**
   * Cycles of `copies` run one after another on one core.
   * @param libraryArguments where libm's arguments fall; a playing A1 network's where absent
   * @param ends 'expected': the range is one value
   */
  cost(
    lowered: Lowered,
    core: CoreProfile,
    memory: MemorySystem,
    clockHz: number,
    copies: number,
    libraryArguments?: ArgumentDistribution,
    ends: Ends = 'all',
  ): BlockCost {
    const known = entryOf(this.#costs, lowered, () => new Map<string, BlockCost>());
    const key = JSON.stringify([
      core.id,
      memory,
      memory.memory === null ? 0 : clockHz,
      copies,
      libraryArguments,
      ends,
    ]);
    return remember(known, key, () =>
      costOf(lowered, core, memory, {
        clockHz,
        copies,
        ends,
        ...(libraryArguments === undefined ? {} : { arguments: libraryArguments }),
      }),
    );
  }
}
