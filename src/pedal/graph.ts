/**
 * The chain as a graph of work on cores: which part of which slot runs where, after what. Nodes are
 * in the order in which each core takes them.
 */

export type ChainMode = 'serial' | 'parallel' | 'pipelined';

export interface GraphNode {
  readonly slot: number;
  /** Of a slot that is split over cores; 0 for the whole or the first. */
  readonly part: number;
  readonly core: number;
  /** Nodes of the same block that must have ended. */
  readonly after: readonly number[];
  /** The node that handed its block over in the period before; null for none. */
  readonly handedBy: number | null;
}

export interface Graph {
  readonly mode: ChainMode;
  readonly nodes: readonly GraphNode[];
  /** Nodes that must have ended before the block can be played. */
  readonly ends: readonly number[];
  /** Blocks of latency beyond the stack's own. */
  readonly latencyBlocks: number;
}

export interface GraphSlot {
  /** @default the first core, or one core after the other where slots run side by side */
  readonly core?: number | undefined;
  /** Parallel chains: slots with the same branch run one after another, branches side by side. */
  readonly branch?: string | undefined;
  /** Pieces that one slot is cut into, for pipelines. @default 1 */
  readonly parts?: number | undefined;
}

const serial = (slots: readonly GraphSlot[]): Graph => {
  const nodes = slots.map(({ core = 0 }, i): GraphNode => {
    return { slot: i, part: 0, core, after: i === 0 ? [] : [i - 1], handedBy: null };
  });
  return { mode: 'serial', nodes, ends: [nodes.length - 1], latencyBlocks: 0 };
};

/**
 * Slots without a branch before the first branch run first, those after the last run last, both on
 * the first core. Where no slot names a branch, each is one.
 */
const parallel = (slots: readonly GraphSlot[], cores: number): Graph => {
  const named = slots.some((slot) => slot.branch !== undefined);
  const branchOf = (i: number): string | null => (named ? (slots[i]?.branch ?? null) : `${i}`);
  const branches = [...new Set(slots.map((_, i) => branchOf(i)).filter((b) => b !== null))];
  const first = slots.findIndex((_, i) => branchOf(i) !== null);
  const last = slots.findLastIndex((_, i) => branchOf(i) !== null);
  const nodes: GraphNode[] = [];
  const tips = new Map<string, number>();
  let trunk: number | null = null;
  slots.forEach((slot, i) => {
    const branch = branchOf(i);
    const before: number | null = branch === null ? trunk : (tips.get(branch) ?? trunk);
    const joins = branch === null && i === last + 1;
    const after: number[] = joins ? [...tips.values()] : before === null ? [] : [before];
    const core = slot.core ?? (branch === null ? 0 : branches.indexOf(branch) % cores);
    const node = nodes.push({ slot: i, part: 0, core, after, handedBy: null }) - 1;
    if (branch === null) trunk = node;
    else tips.set(branch, node);
  });
  const ends = last === slots.length - 1 || first < 0 ? [...tips.values()] : [nodes.length - 1];
  return { mode: 'parallel', nodes, ends, latencyBlocks: 0 };
};

/** Every slot, or part of one, is a stage; each stage works on the block its forerunner just left. */
const pipelined = (slots: readonly GraphSlot[], cores: number): Graph => {
  const nodes: GraphNode[] = [];
  slots.forEach((slot, i) => {
    for (let part = 0; part < (slot.parts ?? 1); part += 1) {
      const stage = nodes.length;
      const core = (slot.core === undefined ? stage : slot.core + part) % cores;
      nodes.push({ slot: i, part, core, after: [], handedBy: stage === 0 ? null : stage - 1 });
    }
  });
  // Stages that share a core with their forerunner need no hand-over: they follow it directly.
  const linked = nodes.map((node, i): GraphNode => {
    const follows = nodes[i - 1]?.core === node.core;
    return follows ? { ...node, after: [i - 1], handedBy: null } : node;
  });
  const latencyBlocks = linked.filter((node) => node.handedBy !== null).length;
  return { mode: 'pipelined', nodes: linked, ends: [linked.length - 1], latencyBlocks };
};

const builders = { serial, parallel, pipelined } as const;

export const buildGraph = (mode: ChainMode, slots: readonly GraphSlot[], cores: number): Graph =>
  builders[mode](slots, cores);
