// biome-ignore-all lint/style/noNonNullAssertion: a cell for each node of the graph
/**
 * The trace of every block. One line of JSON (`TraceHeader`), then a record of 32-bit little-endian
 * words for each block:
 *
 *   0 first frame    1 frames        2 start      3 finish     4 due       5 flags: 1 late, 2 lost
 *   6 clock in kHz   then for each node of the graph: 7 start, 8 finish, 9 cycles, 10 start, ...
 *
 * Starts, finishes and dues are cycles of the reference clock after the block's release, which is
 * firstFrame x clockHz / sampleRateHz, rounded down.
 */
import { cycleAt } from './audio-stack.ts';
import type { Graph, GraphNode } from './graph.ts';
import type { BlockRecord } from './record.ts';

export interface TraceHeader {
  readonly schema: 'pedalbench.trace/1';
  readonly clockHz: number;
  readonly sampleRateHz: number;
  readonly slots: readonly string[];
  readonly nodes: readonly Pick<GraphNode, 'slot' | 'part' | 'core'>[];
  readonly wordsPerRecord: number;
}

const fixedWords = 7;
const wordsPerNode = 3;

export const traceHeader = (
  graph: Graph,
  slots: readonly string[],
  clockHz: number,
  sampleRateHz: number,
): TraceHeader => ({
  schema: 'pedalbench.trace/1',
  clockHz,
  sampleRateHz,
  slots,
  nodes: graph.nodes.map(({ slot, part, core }) => ({ slot, part, core })),
  wordsPerRecord: fixedWords + wordsPerNode * graph.nodes.length,
});

export const headerBytes = (header: TraceHeader): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(header)}\n`);

/** Times that do not fit 32 bits (seconds late) are cut off there. */
const word = (value: number): number => Math.min(0xffffffff, Math.max(0, value));

/** Writes one record at a byte offset of `into`. */
export const encodeBlock = (record: BlockRecord, into: DataView, offset: number): void => {
  const { firstFrame, frames, release, start, finish, due, late, lost, clockHz } = record;
  let at = offset;
  const put = (...values: number[]): void => {
    for (const value of values) {
      into.setUint32(at, word(value), true);
      at += 4;
    }
  };
  put(firstFrame, frames, start - release, finish - release, due - release);
  put((late ? 1 : 0) + (lost ? 2 : 0), Math.round(clockHz / 1000));
  for (const [i, started] of record.nodeStart.entries()) {
    put(started - release, record.nodeFinish[i]! - release, record.nodeCycles[i]!);
  }
};

/** One record of `header.wordsPerRecord` words, with times in absolute cycles of the reference clock. */
export const decodeBlock = (header: TraceHeader, view: DataView, offset: number) => {
  const get = (index: number): number => view.getUint32(offset + 4 * index, true);
  const firstFrame = get(0);
  const release = cycleAt(header, firstFrame);
  return {
    firstFrame,
    frames: get(1),
    release,
    start: release + get(2),
    finish: release + get(3),
    due: release + get(4),
    late: (get(5) & 1) !== 0,
    lost: (get(5) & 2) !== 0,
    clockKilohertz: get(6),
    nodes: header.nodes.map((_, i) => {
      const at = fixedWords + wordsPerNode * i;
      return { start: release + get(at), finish: release + get(at + 1), cycles: get(at + 2) };
    }),
  };
};

export type TracedBlock = Readonly<ReturnType<typeof decodeBlock>>;

/** The same as Chrome trace events, for Perfetto and chrome://tracing: cores are tracks, xruns are marks. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'i' | 'C' | 'M';
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly s?: 'g';
  readonly args: Readonly<Record<string, unknown>>;
}

const pid = 1;
/** Above any core's number. */
const callbackTrack = 1000;

export const trackNames = (header: TraceHeader, title: string): TraceEvent[] => {
  const cores = [...new Set(header.nodes.map((node) => node.core))].sort((a, b) => a - b);
  const name = (what: string, tid: number, value: string): TraceEvent => {
    return { name: what, ph: 'M', ts: 0, pid, tid, args: { name: value } };
  };
  return [
    name('process_name', 0, title),
    ...cores.map((core) => name('thread_name', core, `core ${core}`)),
    name('thread_name', callbackTrack, 'blocks'),
  ];
};

export const blockEvents = (head: TraceHeader, index: number, block: TracedBlock): TraceEvent[] => {
  const at = (cycles: number): number => Math.round((cycles * 1e9) / head.clockHz) / 1000;
  const span = (
    name: string,
    tid: number,
    { start, finish }: Readonly<Record<'start' | 'finish', number>>,
    cycles: number,
  ): TraceEvent => {
    const [ts, dur] = [at(start), at(finish - start)];
    return { name, ph: 'X', ts, dur, pid, tid, args: { block: index, cycles } };
  };
  const events: TraceEvent[] = [];
  if (!block.lost) {
    const cycles = block.nodes.reduce((sum, node) => sum + node.cycles, 0);
    events.push(span(`block ${index}`, callbackTrack, block, cycles));
    for (const [i, node] of block.nodes.entries()) {
      const { slot, core } = head.nodes[i] ?? { slot: 0, core: 0 };
      if (node.cycles > 0) events.push(span(head.slots[slot] ?? '', core, node, node.cycles));
    }
  }
  if (block.late || block.lost) {
    const name = block.lost ? 'xrun: block lost' : 'xrun: block late';
    const ts = at(block.lost ? block.release : block.due);
    events.push({ name, ph: 'i', s: 'g', ts, pid, tid: callbackTrack, args: { block: index } });
  }
  const response = (block.finish - block.release) / Math.max(1, block.due - block.release);
  const args = { share: Math.round(response * 10_000) / 10_000 };
  const ts = at(block.release);
  events.push({ name: 'response / due', ph: 'C', ts, pid, tid: callbackTrack, args });
  return events;
};
