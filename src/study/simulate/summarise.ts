/** What a finished run was like, against what was expected of it. */

import { placedAt } from '../../pedal/costed-chain.ts';
import type { JackLoad } from '../../pedal/jack-load.ts';
import type { Pedal } from '../../pedal/pedal.ts';
import { causeNames } from '../../pedal/record.ts';
import type { PedalSetup } from '../../pedal/setup.ts';
import { meanCycles, type WorkCost } from '../../pedal/slot-cost.ts';
import { type Distribution, distributionOf, type Statistics } from '../../pedal/statistics.ts';
import type { Timeline } from '../../pedal/timeline.ts';
import type { Expectation } from '../../scenario/scenario.ts';
import { addRanges, exactly, type Range } from '../../units/range.ts';
import { addBytes } from '../cost/model-memory.ts';
import { latencyOf } from '../cost/resampling.ts';
import { takesNoneText } from '../predict/evidence.ts';
import { verdictOf } from '../predict/verdict.ts';
import { assumedOf } from './asked-disturbances.ts';
import { type MachineCosts, noBytes } from './machine-costs.ts';
import type { Resolved } from './resolve.ts';
import type { EventResult, Expected, RunResult, SlotResult, WorstBlock } from './run-result.ts';

/** A virtual pedal that is ready to play, and what its run is measured against. */
export interface Simulation {
  readonly resolved: Resolved;
  readonly setup: PedalSetup;
  readonly costs: MachineCosts;
  readonly pedal: Pedal;
  readonly statistics: Statistics;
  readonly timeline: Timeline;
  /** Null where the stack is not JACK. */
  readonly jackLoad: JackLoad | null;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** Resamplers one after another add up; of branches the longest counts. */
const resamplerFrames = ({ slots, graph }: Resolved): number => {
  const each = slots.map(({ work }) => {
    const rates = work.kind === 'model' ? work.rates : null;
    return rates === null ? 0 : latencyOf(rates);
  });
  return graph.mode === 'parallel' ? Math.max(...each) : total(each);
};

/**
 * A capture takes a period to fill, playback waits for the periods that the stack buffers, and resamplers for
 * the samples on both sides of the one that they read.
 */
const latencySeconds = ({ setup, resolved }: Simulation): number => {
  const { stack, graph, blockFrames, sampleRateHz } = setup;
  const buffered = stack.kind === 'dma' ? 1 : stack.periods - 1;
  const frames = (1 + buffered + graph.latencyBlocks) * blockFrames + resamplerFrames(resolved);
  return frames / sampleRateHz;
};

const slotResults = (simulation: Simulation): SlotResult[] => {
  const { resolved, setup, costs, statistics } = simulation;
  const { graph, slots, blockFrames } = resolved;
  // As at the start, everything that is not bypassed.
  const active = graph.nodes.filter((node) => setup.slots[node.slot]?.bypassed === false);
  const works = setup.slots.map(({ work }) => work);
  const costed = costs.cost(
    active.map((node) => placedAt(node, works)),
    blockFrames,
  );
  return slots.map(({ setup: { name, bypassed }, work }, i): SlotResult => {
    const own = costed.filter((_, n) => active[n]?.slot === i);
    const sum = (of: (cost: WorkCost) => Range): Range => own.map(of).reduce(addRanges, exactly(0));
    const together = sum((cost) => meanCycles(cost.cycles, cost.periodic));
    const alone = sum((cost) => cost.aloneCycles);
    const isModel = work.kind === 'model';
    return {
      name,
      kind: work.kind,
      what: work.what,
      model: isModel ? work.slimmed.model.id : null,
      width: isModel ? work.slimmed.width.label : null,
      engine: isModel ? work.engine.id : null,
      convolver: work.kind === 'ir' ? work.convolver.id : null,
      bypassed,
      cores: [...new Set(graph.nodes.flatMap(({ slot, core }) => (slot === i ? [core] : [])))],
      cyclesPerBlock: together,
      aloneCyclesPerBlock: alone,
      sharingCyclesPerBlock: together.expected - alone.expected,
      cyclesPerSample: together.expected / blockFrames,
      memoryBytes: own.map(({ bytes }) => bytes).reduce(addBytes, noBytes),
      placement: own[0]?.placement ?? 'none',
      simulated: {
        meanCyclesPerBlock: statistics.slotMeanCycles(i),
        maxCyclesPerBlock: statistics.slotMax[i] ?? 0,
      },
    };
  });
};

const eventResults = ({ pedal, resolved, setup }: Simulation): EventResult[] =>
  pedal.changes.logs.map((log): EventResult => {
    const { slot, to, askedFrame, appliedFrame } = log;
    const work = resolved.works.get(to);
    return {
      ...log,
      slot: slot === null ? null : (setup.slots[slot]?.name ?? null),
      to: work?.what ?? to,
      atSeconds: askedFrame / setup.sampleRateHz,
      appliedSeconds: appliedFrame === null ? null : appliedFrame / setup.sampleRateHz,
    };
  });

const worstOf = ({ statistics, setup }: Simulation): WorstBlock | null => {
  const { worst, worstBefore: before, worstAfter: after } = statistics;
  if (worst === null) return null;
  const { index: block, load, late, clockHz, release } = worst;
  return {
    block,
    atSeconds: worst.firstFrame / setup.sampleRateHz,
    load,
    responseSeconds: (worst.finish - release) / setup.clockHz,
    dueSeconds: (worst.due - release) / setup.clockHz,
    late,
    causes: causeNames
      .map((cause, i) => ({ cause, cycles: worst.causes[i] ?? 0 }))
      .filter(({ cycles }) => cycles > 0)
      .sort((a, b) => b.cycles - a.cycles),
    ...{ clockHz, before, after },
  };
};

interface RunFigures extends Pick<RunResult, 'headroom' | 'xruns' | 'response'> {
  readonly load: Distribution;
}

/** The bars of a scenario, and how each compares. A scenario that allows no xruns says nothing. */
const bars: readonly {
  readonly what: keyof Expectation;
  readonly actual: (run: RunFigures) => number;
  readonly holds: (actual: number, limit: number) => boolean;
}[] = [
  { what: 'maxLoad', actual: (r) => r.load.max, holds: (a, limit) => a <= limit },
  { what: 'minHeadroom', actual: (r) => r.headroom, holds: (a, limit) => a >= limit },
  { what: 'maxXruns', actual: (r) => r.xruns, holds: (a, limit) => a <= limit },
  { what: 'minXruns', actual: (r) => r.xruns, holds: (a, limit) => a >= limit },
  { what: 'maxResponseSeconds', actual: (r) => r.response.max, holds: (a, limit) => a <= limit },
];

const expectationsOf = (expect: Expectation, run: RunFigures): Expected[] => {
  const saysNothing = expect.maxXruns === undefined && expect.minXruns === undefined;
  const all: Expectation = saysNothing ? { ...expect, maxXruns: 0 } : expect;
  return bars.flatMap(({ what, actual: of, holds }) => {
    const limit = all[what];
    const actual = of(run);
    return limit === undefined ? [] : [{ what, limit, actual, passed: holds(actual, limit) }];
  });
};

export const summarise = (simulation: Simulation, index: number): RunResult => {
  const { resolved, setup, costs, pedal, statistics } = simulation;
  const { job, chip, device } = resolved;
  const { blockFrames, sampleRateHz, clockHz } = setup;
  const load = distributionOf(statistics.load);
  const response = distributionOf(statistics.response, clockHz);
  const margin = job.scenario.marginShare ?? chip.host.marginShare.value;
  const headroom = 1 - load.max;
  const { xruns, blocks } = statistics;
  const slots = slotResults(simulation);
  const { fits, reasons } = costs.room;
  const figures = { load, headroom, xruns, response };
  const expectations = expectationsOf(job.scenario.expect ?? {}, figures);
  const named = (of: 'engine' | 'convolver'): string | null =>
    [...new Set(slots.flatMap((slot) => slot[of] ?? []))].join('+') || null;
  const engine = named('engine');
  // As in `predict`: what could be is no verdict on what is.
  const takesNone = engine === null ? null : takesNoneText(device.evidence);
  const played = verdictOf({ load: load.max, margin, memoryFits: fits });
  // A block that was late for another reason than its own load is over all the same.
  const judged = fits && xruns > 0 ? 'over' : played;
  return {
    job: { index, id: job.id },
    scenario: job.name,
    title: job.scenario.title ?? null,
    swept: job.swept,
    device: device.id,
    engine,
    seed: job.seed,
    chain: setup.graph.mode,
    ...{ blockFrames, sampleRateHz, clockHz, blocks },
    simulatedSeconds: (pedal.record.firstFrame + pedal.record.frames) / sampleRateHz,
    load: { ...load, convolver: named('convolver') },
    response,
    exactPercentiles: statistics.load.exact && statistics.response.exact,
    ...{ headroom, margin, xruns },
    lostBlocks: statistics.lost,
    firstXrunBlock: statistics.firstXrunBlock,
    jackLoad: simulation.jackLoad?.shown ?? null,
    latencySeconds: latencySeconds(simulation),
    verdict: takesNone === null ? judged : 'unknown',
    slots,
    events: eventResults(simulation),
    worstBlock: worstOf(simulation),
    timeline: simulation.timeline.bins(),
    finalClockHz: pedal.record.clockHz,
    finalCelsius: setup.thermal === null ? null : pedal.record.celsius,
    expectations,
    passed: fits && expectations.every((e) => e.passed),
    warnings: [
      ...(takesNone === null ? [] : [`${takesNone} This is what ${engine} could do there.`]),
      ...resolved.warnings,
      ...reasons,
      ...assumedOf(job.scenario, chip),
    ],
    files: [],
    digest: statistics.digest.hex(),
  };
};
