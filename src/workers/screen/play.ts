/**
 * Virtual pedals that play live: virtual time follows the wall clock at a fixed speed, and falls behind
 * it where the host is too slow. What happens in virtual time does not depend on that.
 */
import type { MessagePort } from 'node:worker_threads';
import { timeBudgetOf } from '../../study/cost/time-budget.ts';
import { prepare } from '../../study/simulate/simulate.ts';
import type { Simulation } from '../../study/simulate/simulation.ts';
import { summarise } from '../../study/simulate/summarise.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { PedalReport, PlayTask, ScreenOrder, ScreenReport } from './task.ts';

/** Virtual seconds in one of the wall clock's. */
const speed = 2;
const reportMilliseconds = 200;
/** Work between two looks at the port. */
const sliceMilliseconds = 20;
const binSeconds = 0.05;
/** Percentiles sort all loads seen: only so often. */
const distributionEvery = 3;

/** What is played, or what says why it cannot be. */
interface Player {
  readonly isOver: boolean;
  /** Plays until a virtual time, or until the slice is over. */
  playTo(seconds: number, until?: number): void;
  report(): PedalReport;
}

class PlayingPedal implements Player {
  isOver = false;
  private readonly simulation: Simulation;
  private readonly about: Pick<
    PedalReport,
    'label' | 'durationSeconds' | 'budgetCyclesPerBlock' | 'binSeconds'
  >;
  private bins: number[] = [];
  private binTop = 0;
  private binNumber = 0;
  private seconds = 0;
  private reports = 0;
  private last: PedalReport | null = null;

  constructor(label: string, durationSeconds: number, simulation: Simulation) {
    this.simulation = simulation;
    const budgetCyclesPerBlock = budgetOf(simulation);
    this.about = { label, durationSeconds, budgetCyclesPerBlock, binSeconds };
    // One block, so that there is something to say.
    this.playTo(1e-9);
  }

  playTo(seconds: number, until: number = Number.POSITIVE_INFINITY): void {
    if (this.isOver) return;
    const { pedal, statistics, setup } = this.simulation;
    const { durationSeconds } = this.about;
    const { record } = pedal;
    for (let steps = 0; this.seconds < Math.min(seconds, durationSeconds); steps += 1) {
      if (steps % 32 === 31 && performance.now() > until) return;
      if (!pedal.step()) break;
      statistics.add(record);
      this.seconds = (record.firstFrame + record.frames) / setup.sampleRateHz;
      this.binTop = Math.max(this.binTop, record.load);
      while (this.seconds >= (this.binNumber + 1) * binSeconds) {
        this.bins.push(this.binTop);
        this.binTop = 0;
        this.binNumber += 1;
      }
    }
    if (seconds < durationSeconds) return;
    while (pedal.step()) statistics.add(record);
    this.isOver = true;
  }

  report(): PedalReport {
    const { simulation, last, seconds, bins } = this;
    const { statistics } = simulation;
    this.bins = [];
    this.reports += 1;
    const run = this.isOver ? (last?.run ?? summarise(simulation, 0)) : null;
    const known = this.reports % distributionEvery === 0 ? null : (last?.load ?? null);
    const { blocks, xruns } = statistics;
    this.last = {
      ...this.about,
      blocks,
      seconds,
      load: run?.load ?? known ?? statistics.loadDistribution(),
      xruns,
      bins,
      slots: run?.slots ?? last?.slots ?? summarise(simulation, 0).slots,
      run,
      fault: null,
    };
    return this.last;
  }
}

const silent = (label: string, durationSeconds: number, fault: string): Player => ({
  isOver: true,
  playTo: () => {},
  report: () => ({
    label,
    blocks: 0,
    seconds: 0,
    durationSeconds,
    load: null,
    xruns: 0,
    bins: [],
    binSeconds,
    slots: [],
    budgetCyclesPerBlock: 0,
    run: null,
    fault,
  }),
});

const openPlayer = (workbench: Workbench, { label, job }: PlayTask['pedals'][number]): Player => {
  const { durationSeconds } = job.scenario;
  try {
    const simulation = prepare(job, workbench, { book: workbench.costs });
    return new PlayingPedal(label, durationSeconds, simulation);
  } catch (error) {
    return silent(label, durationSeconds, (error as Error).message);
  }
};

const budgetOf = ({ resolved }: Simulation): number => {
  const { chip, blockFrames, sampleRateHz, clockHz } = resolved;
  const budget = timeBudgetOf(chip, blockFrames, sampleRateHz);
  return (budget.cyclesPerBlock.expected * clockHz) / budget.clockHz.expected;
};

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Plays until all time is over or the port says stop; reports on the port meanwhile. */
export const playPedals = async (
  workbench: Workbench,
  task: PlayTask,
  port: MessagePort,
): Promise<readonly PedalReport[]> => {
  let order: ScreenOrder = 'resume';
  port.on('message', (said: ScreenOrder) => {
    order = said;
  });
  const pedals: Player[] = [];
  const say = (list: readonly Player[]): void => {
    const report: ScreenReport = { kind: 'pedals', pedals: list.map((pedal) => pedal.report()) };
    port.postMessage(report);
  };
  try {
    for (const spec of task.pedals) {
      const pedal = openPlayer(workbench, spec);
      pedals.push(pedal);
      say([pedal]);
      // Pricing a pedal takes a while: let orders in between them.
      await pause(0);
      if ((order as ScreenOrder) === 'stop') return [];
    }
    let played = 0;
    let before = performance.now();
    let reported = before;
    while (pedals.some((pedal) => !pedal.isOver) && (order as ScreenOrder) !== 'stop') {
      const now = performance.now();
      // A host that was busy elsewhere does not make up for it.
      if (order === 'resume') played += (speed * Math.min(now - before, reportMilliseconds)) / 1000;
      before = now;
      const until = now + sliceMilliseconds;
      for (const pedal of pedals) pedal.playTo(played, until);
      if (now - reported >= reportMilliseconds) {
        reported = now;
        say(pedals);
      }
      await pause(sliceMilliseconds);
    }
    say(pedals);
    return pedals.map((pedal) => pedal.report());
  } finally {
    port.close();
  }
};
