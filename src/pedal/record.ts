/** What is known of one block, and where its time went. */

/**
 * host: wake-up, graph and firmware. work: the slots as the machine costs them. rewind: rings that
 * start over. memory, cache, denormals: what disturbances add to the work. prewarm: a network built
 * on the audio thread. clock: a clock below the nominal one. interrupt, graph: taken away meanwhile.
 * waiting: the block before was not done.
 */
export const causeNames = [
  'host',
  'work',
  'rewind',
  'memory',
  'cache',
  'denormals',
  'prewarm',
  'clock',
  'interrupt',
  'graph',
  'waiting',
] as const;
export type Cause = (typeof causeNames)[number];

export const causeIndex: Readonly<Record<Cause, number>> = Object.fromEntries(
  causeNames.map((name, i) => [name, i]),
) as Record<Cause, number>;

/** All times in cycles of the reference clock. One record is used again and again: copy what you keep. */
export interface BlockRecord {
  index: number;
  firstFrame: number;
  frames: number;
  release: number;
  /** When the first work began. */
  start: number;
  finish: number;
  /** When it had to end. */
  due: number;
  /** Cycles of all slots together, as the cores counted them. */
  cycles: number;
  /** Time on the busiest core, without the host's. */
  busy: number;
  /** busy / what the period has for the slots. */
  load: number;
  late: boolean;
  lost: boolean;
  clockHz: number;
  celsius: number;
  /** By `causeNames`. On one core they add up to finish - release. */
  readonly causes: Float64Array;
  /** By node of the graph. */
  readonly nodeStart: Float64Array;
  readonly nodeFinish: Float64Array;
  readonly nodeCycles: Float64Array;
}

export const emptyRecord = (nodes: number): BlockRecord => ({
  ...{ index: 0, firstFrame: 0, frames: 0, release: 0, start: 0, finish: 0, due: 0 },
  ...{ cycles: 0, busy: 0, load: 0, late: false, lost: false, clockHz: 0, celsius: 0 },
  causes: new Float64Array(causeNames.length),
  nodeStart: new Float64Array(nodes),
  nodeFinish: new Float64Array(nodes),
  nodeCycles: new Float64Array(nodes),
});

/** Time from release to finish. */
export const responseOf = (record: BlockRecord): number => record.finish - record.release;
