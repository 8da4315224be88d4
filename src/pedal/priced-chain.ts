/** The chain as it stands: which work each node does, what it costs per block, and how loud its state is. */
import type { Graph } from './graph.ts';
import { Tail } from './level.ts';
import type { SlotSetup } from './setup.ts';
import type { CostSource, PeriodicWork, WorkCost } from './slot-cost.ts';

/** Rounded to whole cycles once, so that sums are exact. */
export interface NodePrice {
  active: boolean;
  cycles: number;
  memoryCycles: number;
  /** From the expected to the worst cost. */
  coldCycles: number;
  denormalCycles: number;
  periodic: readonly PeriodicWork[];
  cost: WorkCost | null;
}

const idle: NodePrice = {
  active: false,
  cycles: 0,
  memoryCycles: 0,
  coldCycles: 0,
  denormalCycles: 0,
  periodic: [],
  cost: null,
};

const priceOf = (cost: WorkCost): NodePrice => ({
  active: true,
  cycles: Math.round(cost.cycles.expected),
  memoryCycles: Math.round(cost.memoryCycles),
  coldCycles: Math.round(cost.cycles.worst - cost.cycles.expected),
  denormalCycles: Math.round(cost.denormalCycles),
  periodic: cost.periodic.map((p) => ({
    cause: p.cause,
    everyBlocks: p.everyBlocks,
    phase: p.phase ?? 0,
    cycles: Math.round(p.cycles),
  })),
  cost,
});

export class PricedChain {
  readonly works: string[];
  readonly bypassed: boolean[];
  readonly prices: NodePrice[];
  /** Blocks since the chain last changed: the clock of periodic work. */
  blocks = 0;
  hasDenormals = false;
  private readonly graph: Graph;
  private readonly costs: CostSource;
  private readonly slots: readonly SlotSetup[];
  private readonly tails: readonly Tail[];

  constructor(graph: Graph, slots: readonly SlotSetup[], costs: CostSource) {
    this.graph = graph;
    this.costs = costs;
    this.slots = slots;
    this.works = slots.map((slot) => slot.work);
    this.bypassed = slots.map((slot) => slot.bypassed);
    this.tails = slots.map((slot) => new Tail(slot.tailDecayPerFrame));
    this.prices = graph.nodes.map(() => idle);
  }

  /** Prices everything anew, after whatever changed. */
  reprice(blockFrames: number): void {
    const active = this.graph.nodes.map((_, i) => i).filter((i) => !this.isBypassed(i));
    const costs = this.costs.price(
      active.map((i) => this.placedAt(i)),
      blockFrames,
    );
    this.prices.fill(idle);
    active.forEach((node, i) => {
      const cost = costs[i];
      if (cost !== undefined) this.prices[node] = priceOf(cost);
    });
    this.hasDenormals = this.prices.some((price) => price.denormalCycles > 0);
    this.blocks = 0;
  }

  /** What building and prewarming costs for work that is to replace the slot's. */
  prewarmCycles(slot: number, work: string, blockFrames: number): number {
    const others = this.graph.nodes
      .map((_, i) => i)
      .filter((i) => this.graph.nodes[i]?.slot === slot || !this.isBypassed(i));
    const placed = others.map((i) => ({
      ...this.placedAt(i),
      ...(this.graph.nodes[i]?.slot === slot ? { work } : {}),
    }));
    const costs = this.costs.price(placed, blockFrames);
    return others.reduce(
      (sum, node, i) =>
        this.graph.nodes[node]?.slot === slot
          ? sum + Math.round(costs[i]?.prewarmCycles ?? 0)
          : sum,
      0,
    );
  }

  /** Follows the input's level through the chain, up to the first slot that makes a sound of its own. */
  advanceLevels(peak: number, frames: number): void {
    for (let i = 0; i < this.slots.length; i += 1) {
      if (this.bypassed[i]) continue;
      this.tails[i]?.advance(peak, frames);
      if (this.slots[i]?.passesLevel !== true) return;
    }
  }

  isDenormal(slot: number): boolean {
    return this.tails[slot]?.isDenormal ?? false;
  }

  private isBypassed(node: number): boolean {
    const slot = this.graph.nodes[node]?.slot;
    return slot === undefined || this.bypassed[slot] === true;
  }

  private placedAt(node: number): { work: string; part: number; core: number } {
    const { slot, part, core } = this.graph.nodes[node] ?? { slot: 0, part: 0, core: 0 };
    return { work: this.works[slot] ?? '', part, core };
  }
}
