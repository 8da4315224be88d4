/** The chain as it stands: which work each node does, what it costs per block, and how loud its state is. */
import type { Graph, GraphNode } from './graph.ts';
import { Tail } from './level.ts';
import type { SlotSetup } from './setup.ts';
import type { CostSource, PeriodicWork, Placed, WorkCost } from './slot-cost.ts';

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

const free = { cycles: 0, memoryCycles: 0, coldCycles: 0, denormalCycles: 0 };
const idle: NodePrice = { active: false, ...free, periodic: [], cost: null };

const priceOf = (cost: WorkCost): NodePrice => ({
  active: true,
  cycles: Math.round(cost.cycles.expected),
  memoryCycles: Math.round(cost.memoryCycles),
  coldCycles: Math.round(cost.cycles.worst - cost.cycles.expected),
  denormalCycles: Math.round(cost.denormalCycles),
  periodic: cost.periodic.map((work) => ({ ...work, cycles: Math.round(work.cycles) })),
  cost,
});

const placedAt = ({ slot, part, core }: GraphNode, works: readonly string[]): Placed => {
  return { work: works[slot] ?? '', part, core };
};

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
    const active = this.graph.nodes.filter((node) => !this.bypassed[node.slot]);
    const placed = active.map((node) => placedAt(node, this.works));
    const costs = this.costs.price(placed, blockFrames);
    this.graph.nodes.forEach((node, i) => {
      const cost = costs[active.indexOf(node)];
      this.prices[i] = cost === undefined ? idle : priceOf(cost);
    });
    this.hasDenormals = this.prices.some((price) => price.denormalCycles > 0);
    this.blocks = 0;
  }

  /** What building and prewarming costs for work that is to replace the slot's. */
  prewarmCycles(slot: number, work: string, blockFrames: number): number {
    const nodes = this.graph.nodes.filter((n) => n.slot === slot || !this.bypassed[n.slot]);
    const works = this.works.with(slot, work);
    const placed = nodes.map((node) => placedAt(node, works));
    return this.costs
      .price(placed, blockFrames)
      .filter((_, i) => nodes[i]?.slot === slot)
      .reduce((sum, cost) => sum + Math.round(cost.prewarmCycles), 0);
  }

  /** Follows the input's level through the chain, up to the first slot that makes a sound of its own. */
  advanceLevels(peak: number, frames: number): void {
    for (const [i, { passesLevel }] of this.slots.entries()) {
      if (this.bypassed[i]) continue;
      this.tails[i]?.advance(peak, frames);
      if (!passesLevel) return;
    }
  }

  isDenormal(slot: number): boolean {
    return this.tails[slot]?.isDenormal ?? false;
  }
}
