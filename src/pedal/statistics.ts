// biome-ignore-all lint/style/noNonNullAssertion: a cell for each node and slot of the graph
/** What a run was like: distributions, xruns, the worst block and the digest, in bounded memory. */
import { Digest } from './digest.ts';
import { Histogram } from './histogram.ts';
import { type BlockRecord, responseOf } from './record.ts';

export type Distribution = Readonly<
  Record<'mean' | 'p50' | 'p95' | 'p99' | 'p999' | 'max', number>
>;

export const distributionOf = (histogram: Histogram, unit = 1): Distribution => {
  const [p50 = 0, p95 = 0, p99 = 0, p999 = 0] = histogram.quantiles([0.5, 0.95, 0.99, 0.999]);
  const of = (value: number): number => value / unit;
  const { mean, max } = histogram;
  return { mean: of(mean), p50: of(p50), p95: of(p95), p99: of(p99), p999: of(p999), max: of(max) };
};

/** Blocks around the worst one that are kept for the report, on each side. */
const neighbours = 8;

export class Statistics {
  blocks = 0;
  /** Blocks that were late or lost. */
  xruns = 0;
  lost = 0;
  firstXrunBlock: number | null = null;
  /** The block whose response took the largest share of its time; null before the first. */
  worst: BlockRecord | null = null;
  /** The load of the blocks up to the worst, and after it. */
  worstBefore: number[] = [];
  worstAfter: number[] = [];
  private readonly slotSum: Float64Array;
  readonly slotMax: Float64Array;
  private worstShare = -1;
  private readonly recent: number[] = [];
  readonly load = new Histogram();
  /** In cycles. */
  readonly response = new Histogram();
  readonly digest = new Digest();
  private readonly nodeSlots: readonly number[];
  private readonly slotCycles: Float64Array;

  /** `nodeSlots`: the slot of each node. */
  constructor(nodeSlots: readonly number[], slots: number) {
    this.nodeSlots = nodeSlots;
    this.slotSum = new Float64Array(slots);
    this.slotMax = new Float64Array(slots);
    this.slotCycles = new Float64Array(slots);
  }

  add(record: BlockRecord): void {
    this.blocks += 1;
    const fate = (record.late ? 1 : 0) + (record.lost ? 2 : 0);
    const { digest } = this;
    digest.add(record.cycles);
    digest.add(responseOf(record));
    digest.add(fate);
    if (record.late || record.lost) {
      this.xruns += 1;
      this.firstXrunBlock ??= record.index;
    }
    if (record.lost) {
      this.lost += 1;
    } else {
      this.load.add(record.load);
      this.response.add(responseOf(record));
      this.addSlots(record);
    }
    this.follow(record);
  }

  slotMeanCycles(slot: number): number {
    const played = this.blocks - this.lost;
    return played === 0 ? 0 : (this.slotSum[slot] ?? 0) / played;
  }

  private addSlots(record: BlockRecord): void {
    const { slotCycles, slotSum, slotMax } = this;
    slotCycles.fill(0);
    // Every block of every run comes by: iterators are a third of it.
    for (let i = 0; i < this.nodeSlots.length; i++) {
      slotCycles[this.nodeSlots[i]!]! += record.nodeCycles[i]!;
    }
    for (let slot = 0; slot < slotCycles.length; slot++) {
      const cycles = slotCycles[slot]!;
      slotSum[slot]! += cycles;
      slotMax[slot] = Math.max(slotMax[slot]!, cycles);
    }
  }

  private follow(record: BlockRecord): void {
    if (!record.lost) {
      const share = responseOf(record) / (record.due - record.release);
      if (share > this.worstShare) {
        this.worstShare = share;
        this.worst = structuredClone(record);
        this.worstBefore = [...this.recent];
        this.worstAfter = [];
      } else if (this.worstAfter.length < neighbours) {
        this.worstAfter.push(record.load);
      }
    }
    this.recent.push(record.load);
    if (this.recent.length > neighbours) this.recent.shift();
  }
}
