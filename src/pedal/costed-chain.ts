/** The chain as it stands: which work each node does, what it costs per block, and how loud its state is. */
import type { Graph, GraphNode } from './graph.ts';
import type { SlotSetup } from './setup.ts';
import type { CostSource, PeriodicWork, Placed, WorkCost } from './slot-cost.ts';

/** Rounded to whole cycles once, so that sums are exact. */
export interface NodeCost {
  active: boolean;
  cycles: number;
  memoryCycles: number;
  /** From the expected to the worst cost. */
  coldCycles: number;
  denormalCycles: number;
  periodic: readonly PeriodicWork[];
}

const free = { cycles: 0, memoryCycles: 0, coldCycles: 0, denormalCycles: 0 };
const idle: NodeCost = { active: false, ...free, periodic: [] };

const nodeCostOf = (cost: WorkCost): NodeCost => ({
  active: true,
  cycles: Math.round(cost.cycles.expected),
  memoryCycles: Math.round(cost.memoryCycles),
  coldCycles: Math.round(cost.cycles.worst - cost.cycles.expected),
  denormalCycles: Math.round(cost.denormalCycles),
  periodic: cost.periodic.map((work) => ({ ...work, cycles: Math.round(work.cycles) })),
});

/** `works`: by slot. */
export const placedAt = ({ slot, part, core }: GraphNode, works: readonly string[]): Placed => {
  return { work: works[slot] ?? '', part, core };
};

const smallestNormal = 2 ** -126;

/** How loud a slot's state is, as far as its cost depends on it: when it decays into denormals. */
export class Tail {
  private level = 0;
  private readonly decayPerFrame: number;

  /** 0: the state is the input itself. Else what is left of the state after one frame of silence. */
  constructor(decayPerFrame: number) {
    this.decayPerFrame = decayPerFrame;
  }

  /**
   * One block on, with the input's peak in it. Every frame is rounded to float32 as a filter's state
   * is, so that the level can get stuck among the denormals, as there.
   */
  advance(peak: number, frames: number): void {
    if (peak >= this.level || this.decayPerFrame === 0) {
      this.level = peak;
      return;
    }
    let level = this.level;
    for (let i = 0; i < frames && level > 0; i += 1)
      level = Math.fround(level * this.decayPerFrame);
    this.level = Math.max(peak, level);
  }

  get isDenormal(): boolean {
    return this.level > 0 && this.level < smallestNormal;
  }
}

export class CostedChain {
  readonly works: string[];
  readonly bypassed: boolean[];
  readonly nodeCosts: NodeCost[];
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
    this.nodeCosts = graph.nodes.map(() => idle);
  }

  /** Costs everything anew, after whatever changed. */
  reprice(blockFrames: number): void {
    const active = this.graph.nodes.filter((node) => !this.bypassed[node.slot]);
    const placed = active.map((node) => placedAt(node, this.works));
    const costs = this.costs.cost(placed, blockFrames);
    this.graph.nodes.forEach((node, i) => {
      const cost = costs[active.indexOf(node)];
      this.nodeCosts[i] = cost === undefined ? idle : nodeCostOf(cost);
    });
    this.hasDenormals = this.nodeCosts.some((cost) => cost.denormalCycles > 0);
    this.blocks = 0;
  }

  /** What building and prewarming costs for work that is to replace the slot's. */
  prewarmCycles(slot: number, work: string, blockFrames: number): number {
    const nodes = this.graph.nodes.filter((n) => n.slot === slot || !this.bypassed[n.slot]);
    const works = this.works.with(slot, work);
    const placed = nodes.map((node) => placedAt(node, works));
    return this.costs
      .cost(placed, blockFrames)
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
