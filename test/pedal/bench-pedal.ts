/** A pedal of round numbers: 1 MHz cores, 1 kHz audio, 10-frame blocks, so that a period is 10,000 cycles. */
import { buildGraph, type ChainMode, type GraphSlot } from '../../src/pedal/graph.ts';
import { Pedal } from '../../src/pedal/pedal.ts';
import type { PedalSetup } from '../../src/pedal/setup.ts';
import type { CostSource, WorkCost } from '../../src/pedal/slot-cost.ts';
import { exactly } from '../../src/units/range.ts';

export const costOfCycles = (cycles: number, more: Partial<WorkCost> = {}): WorkCost => ({
  cycles: exactly(cycles),
  memoryCycles: 0,
  aloneCycles: exactly(cycles),
  periodic: [],
  denormalCycles: 0,
  prewarmCycles: 0,
  bytes: { weights: 0, history: 0, scratch: 0, code: 0 },
  placement: 'l1',
  ...more,
});

/** Costs work by the number in its key ('amp 4000'), divided by the parts, whatever it runs with. */
export const namedCosts = (more: Partial<WorkCost> = {}): CostSource => ({
  cost: (placed) => placed.map(({ work }) => costOfCycles(Number(work.split(' ').at(-1)), more)),
});

export interface BenchSlot extends GraphSlot {
  readonly work: string;
  readonly passesLevel?: boolean;
  readonly tailDecayPerFrame?: number;
}

export const benchSetup = (
  mode: ChainMode,
  slots: readonly BenchSlot[],
  more: Partial<PedalSetup> = {},
): PedalSetup => ({
  clockHz: 1_000_000,
  sampleRateHz: 1000,
  blockFrames: 10,
  stack: { kind: 'dma' },
  reserveShare: 0,
  hostSeconds: 0,
  slots: slots.map((slot, i) => ({
    name: `slot ${i}`,
    work: slot.work,
    bypassed: false,
    passesLevel: slot.passesLevel ?? false,
    tailDecayPerFrame: slot.tailDecayPerFrame ?? 0,
  })),
  graph: buildGraph(mode, slots, more.cores ?? 2),
  cores: 2,
  bursts: [],
  dvfs: null,
  thermal: null,
  besideClockHz: null,
  events: [],
  governor: null,
  seed: 1,
  frames: 60,
  costs: namedCosts(),
  level: null,
  sound: null,
  ...more,
});

export interface Row {
  readonly start: number;
  readonly finish: number;
  readonly response: number;
  readonly xrun: boolean;
  readonly lost: boolean;
}

/** Every block as a row, times in cycles from the start. */
export const rowsOf = (setup: PedalSetup): Row[] => {
  const pedal = new Pedal(setup);
  const rows: Row[] = [];
  while (pedal.step()) {
    const { start, finish, release, late, lost } = pedal.record;
    rows.push({ start, finish, response: finish - release, xrun: late || lost, lost });
  }
  return rows;
};
