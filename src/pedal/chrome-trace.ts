/** Blocks as Chrome trace events, for Perfetto and chrome://tracing: cores are tracks, xruns are marks. */
import type { TracedBlock, TraceHeader } from './trace.ts';

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

export const blockEvents = (
  header: TraceHeader,
  index: number,
  block: TracedBlock,
): TraceEvent[] => {
  const at = (cycles: number): number => Math.round((cycles * 1e9) / header.clockHz) / 1000;
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
      const { slot, core } = header.nodes[i] ?? { slot: 0, core: 0 };
      if (node.cycles > 0) events.push(span(header.slots[slot] ?? '', core, node, node.cycles));
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
