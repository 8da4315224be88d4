/** What a finished run was like, against what was expected of it. */

import { latencyFrames } from '../../engine/resampler/lanczos.ts';
import { causeNames } from '../../pedal/record.ts';
import type { PedalSetup } from '../../pedal/setup.ts';
import { meanCycles, type WorkCost } from '../../pedal/slot-cost.ts';
import type { Distribution, Statistics } from '../../pedal/statistics.ts';
import type { Expectation } from '../../scenario/scenario.ts';
import { addRanges, exactly, type Range } from '../../units/range.ts';
import { verdictOf } from '../predict/verdict.ts';
import { assumedOf } from './asked-disturbances.ts';
import type { Resolved } from './resolve.ts';
import type { EventResult, Expected, RunResult, SlotResult, WorstBlock } from './run-result.ts';
import type { Simulation } from './simulation.ts';
import { describeWork } from './work.ts';

/** Resamplers one after another add up; of branches the longest counts. */
const resamplerFrames = ({ slots, graph }: Resolved): number => {
  const each = slots.map(({ work }) =>
    work.kind === 'model' && work.rates !== null
      ? latencyFrames(work.rates.sessionHz, work.rates.modelHz)
      : 0,
  );
  return graph.mode === 'parallel'
    ? Math.max(...each)
    : each.reduce((sum, frames) => sum + frames, 0);
};

/**
 * A capture takes a period to fill, playback waits for the periods that the stack buffers, and resamplers for
 * the samples on both sides of the one that they read.
 */
const latencySeconds = (
  { stack, graph, blockFrames, sampleRateHz }: PedalSetup,
  resolved: Resolved,
): number => {
  const buffered = stack.kind === 'dma' ? 1 : stack.periods - 1;
  const frames = (1 + buffered + graph.latencyBlocks) * blockFrames + resamplerFrames(resolved);
  return frames / sampleRateHz;
};

const slotResults = (simulation: Simulation): SlotResult[] => {
  const { resolved, setup, costs, statistics } = simulation;
  const { graph, slots, blockFrames } = resolved;
  // As at the start, everything that is not bypassed.
  const active = graph.nodes.filter((node) => setup.slots[node.slot]?.bypassed === false);
  const place = (node: (typeof active)[number]) => ({
    work: setup.slots[node.slot]?.work ?? '',
    part: node.part,
    core: node.core,
  });
  const priced = costs.price(active.map(place), blockFrames);
  return slots.map(({ setup: slot, work }, i): SlotResult => {
    const own = active.flatMap((node, n) => (node.slot === i ? [priced[n] as WorkCost] : []));
    const sum = (of: (cost: WorkCost) => Range): Range =>
      own.reduce((total, cost) => addRanges(total, of(cost)), exactly(0));
    const together = sum((cost) => meanCycles(cost.cycles, cost.periodic));
    const alone = sum((cost) => cost.aloneCycles);
    const bytes = (kind: keyof WorkCost['bytes']): number =>
      own.reduce((total, cost) => total + cost.bytes[kind], 0);
    return {
      name: slot.name,
      kind: work.kind,
      what: describeWork(work),
      model: work.kind === 'model' ? work.slimmed.model.id : null,
      width: work.kind === 'model' ? work.slimmed.width.label : null,
      engine: work.kind === 'model' ? work.engine.id : null,
      convolver: work.kind === 'ir' ? work.convolver.id : null,
      bypassed: slot.bypassed,
      cores: [...new Set(graph.nodes.filter((n) => n.slot === i).map((n) => n.core))],
      cyclesPerBlock: together,
      aloneCyclesPerBlock: alone,
      sharingCyclesPerBlock: together.expected - alone.expected,
      cyclesPerSample: together.expected / blockFrames,
      memoryBytes: {
        weights: bytes('weights'),
        history: bytes('history'),
        scratch: bytes('scratch'),
        code: bytes('code'),
      },
      placement: own[0]?.placement ?? 'none',
      simulated: {
        meanCyclesPerBlock: statistics.slotMeanCycles(i),
        maxCyclesPerBlock: statistics.slotMax[i] ?? 0,
      },
    };
  });
};

const eventResults = (simulation: Simulation): EventResult[] => {
  const { pedal, resolved, setup } = simulation;
  return pedal.changes.logs.map((log): EventResult => {
    const work = resolved.works.get(log.to);
    return {
      ...log,
      slot: log.slot === null ? null : (setup.slots[log.slot]?.name ?? null),
      to: work === undefined ? log.to : describeWork(work),
      atSeconds: log.askedFrame / setup.sampleRateHz,
      appliedSeconds: log.appliedFrame === null ? null : log.appliedFrame / setup.sampleRateHz,
    };
  });
};

const worstOf = ({ worst, worstBefore, worstAfter }: Statistics, setup: PedalSetup) => {
  if (worst === null) return null;
  const result: WorstBlock = {
    block: worst.index,
    atSeconds: worst.firstFrame / setup.sampleRateHz,
    load: worst.load,
    responseSeconds: (worst.finish - worst.release) / setup.clockHz,
    dueSeconds: (worst.due - worst.release) / setup.clockHz,
    late: worst.late,
    causes: causeNames
      .map((cause, i) => ({ cause, cycles: worst.causes[i] ?? 0 }))
      .filter(({ cycles }) => cycles > 0)
      .sort((a, b) => b.cycles - a.cycles),
    clockHz: worst.clockHz,
    before: worstBefore,
    after: worstAfter,
  };
  return result;
};

interface Judged extends Pick<RunResult, 'headroom' | 'xruns' | 'response'> {
  readonly load: Distribution;
}

/** The bars of a scenario, and how each compares. A scenario that allows no xruns says nothing. */
const bars: readonly {
  readonly what: keyof Expectation;
  readonly actual: (run: Judged) => number;
  readonly holds: (actual: number, limit: number) => boolean;
}[] = [
  { what: 'maxLoad', actual: (r) => r.load.max, holds: (a, limit) => a <= limit },
  { what: 'minHeadroom', actual: (r) => r.headroom, holds: (a, limit) => a >= limit },
  { what: 'maxXruns', actual: (r) => r.xruns, holds: (a, limit) => a <= limit },
  { what: 'minXruns', actual: (r) => r.xruns, holds: (a, limit) => a >= limit },
  { what: 'maxResponseSeconds', actual: (r) => r.response.max, holds: (a, limit) => a <= limit },
];

const expectationsOf = (expect: Expectation, run: Judged): Expected[] => {
  const all: Expectation =
    expect.maxXruns === undefined && expect.minXruns === undefined
      ? { ...expect, maxXruns: 0 }
      : expect;
  return bars.flatMap(({ what, actual, holds }) => {
    const limit = all[what];
    if (limit === undefined) return [];
    const value = actual(run);
    return [{ what, limit, actual: value, passed: holds(value, limit) }];
  });
};

export const summarise = (simulation: Simulation, index: number): RunResult => {
  const { resolved, setup, costs, pedal, statistics } = simulation;
  const { job, chip, device } = resolved;
  const load = statistics.loadDistribution();
  const response = statistics.responseDistribution(setup.clockHz);
  const margin = job.scenario.marginShare ?? chip.host.marginShare.value;
  const headroom = 1 - load.max;
  const { xruns } = statistics;
  const slots = slotResults(simulation);
  const { fits } = costs.room;
  const expectations = expectationsOf(job.scenario.expect ?? {}, {
    load,
    headroom,
    xruns,
    response,
  });
  const named = (of: 'engine' | 'convolver'): string | null => {
    const names = new Set(slots.flatMap((slot) => slot[of] ?? []));
    return names.size === 0 ? null : [...names].join('+');
  };
  return {
    job: { index, id: job.id },
    scenario: job.name,
    title: job.scenario.title ?? null,
    swept: job.swept,
    device: device.id,
    engine: named('engine'),
    seed: job.seed,
    chain: setup.graph.mode,
    blockFrames: setup.blockFrames,
    sampleRateHz: setup.sampleRateHz,
    clockHz: setup.clockHz,
    blocks: statistics.blocks,
    simulatedSeconds: (pedal.record.firstFrame + pedal.record.frames) / setup.sampleRateHz,
    load: { ...load, convolver: named('convolver') },
    response,
    exactPercentiles: statistics.exact,
    headroom,
    margin,
    xruns,
    lostBlocks: statistics.lost,
    firstXrunBlock: statistics.firstXrunBlock,
    latencySeconds: latencySeconds(setup, resolved),
    // A block that was late for another reason than its own load is over all the same.
    verdict: fits && xruns > 0 ? 'over' : verdictOf({ load: load.max, margin, memoryFits: fits }),
    slots,
    events: eventResults(simulation),
    worstBlock: worstOf(statistics, setup),
    timeline: simulation.timeline.bins(),
    finalClockHz: pedal.record.clockHz,
    finalCelsius: setup.thermal === null ? null : pedal.record.celsius,
    expectations,
    passed: fits && expectations.every((e) => e.passed),
    warnings: [
      ...resolved.warnings,
      ...costs.room.reasons,
      ...assumedOf(resolved.job.scenario, resolved.chip),
    ],
    files: [],
    digest: statistics.hex(),
  };
};
