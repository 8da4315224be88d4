/**
 * Virtual pedals that play live: virtual time follows the wall clock at a fixed speed, and falls behind
 * it where the host is too slow. What happens in virtual time does not depend on that.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { distributionOf } from '../../pedal/statistics.ts';
import { timeBudgetOf } from '../../study/cost/time-budget.ts';
import { prepare } from '../../study/simulate/simulate.ts';
import { type Simulation, summarise } from '../../study/simulate/summarise.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { PedalReport, PlayTask, ScreenOrder, ScreenReport } from './task.ts';

/** Virtual seconds in one of the wall clock's: quick in the first run, then in real time. */
const speedOf = (played: number, firstRun: number): number => (played < firstRun ? 2 : 1);
// As often as the screen draws numbers.
const reportMilliseconds = 250;
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

/** What a pedal reports that cannot play. */
const unplayed = {
  blocks: 0,
  seconds: 0,
  load: null,
  xruns: 0,
  bins: [],
  slots: [],
  run: null,
  fault: null,
} as const;

class PlayingPedal implements Player {
  isOver = false;
  private simulation: Simulation;
  /** A run with the disturbances of that round. */
  private readonly runOf: (round: number) => Simulation;
  private readonly goesOn: boolean;
  private round = 1;
  /** Of the runs that are over. */
  private before = { seconds: 0, blocks: 0, xruns: 0, worst: 0 };
  private readonly about: Omit<PedalReport, keyof typeof unplayed>;
  private bins: number[] = [];
  private binTop = 0;
  private binNumber = 0;
  private seconds = 0;
  private reports = 0;
  private last: PedalReport | null = null;

  constructor(workbench: Workbench, { label, job }: Spec, goesOn: boolean) {
    const { durationSeconds } = job.scenario;
    const { costs: cache } = workbench;
    this.runOf = (round) => prepare({ ...job, seed: job.seed + round - 1 }, workbench, { cache });
    this.simulation = this.runOf(1);
    this.goesOn = goesOn;
    const budgetCyclesPerBlock = budgetOf(this.simulation);
    this.about = { label, durationSeconds, budgetCyclesPerBlock, binSeconds };
    // One block, so that there is something to say.
    this.playTo(1e-9);
  }

  playTo(seconds: number, until: number = Number.POSITIVE_INFINITY): void {
    if (this.isOver) return;
    const { pedal, statistics, setup } = this.simulation;
    const { durationSeconds } = this.about;
    const { record } = pedal;
    const end = seconds - this.before.seconds;
    for (let steps = 0; this.seconds < Math.min(end, durationSeconds); steps += 1) {
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
    if (end < durationSeconds) return;
    while (pedal.step()) statistics.add(record);
    if (this.goesOn) this.startAnew();
    else this.isOver = true;
  }

  private startAnew(): void {
    const { before, about } = this;
    const { statistics } = this.simulation;
    this.before = {
      seconds: before.seconds + about.durationSeconds,
      blocks: before.blocks + statistics.blocks,
      xruns: before.xruns + statistics.xruns,
      worst: Math.max(before.worst, statistics.load.max),
    };
    this.round += 1;
    this.simulation = this.runOf(this.round);
    this.seconds = this.binNumber = 0;
    this.playTo(this.before.seconds + 1e-9);
  }

  report(): PedalReport {
    const { simulation, last, seconds, bins, before } = this;
    const { statistics } = simulation;
    this.bins = [];
    this.reports += 1;
    const run = this.isOver ? (last?.run ?? summarise(simulation, 0)) : null;
    const known = this.reports % distributionEvery === 0 ? null : last?.load;
    const load = run?.load ?? known ?? distributionOf(statistics.load);
    this.last = {
      ...this.about,
      blocks: before.blocks + statistics.blocks,
      seconds: before.seconds + seconds,
      load: { ...load, max: Math.max(load.max, before.worst) },
      xruns: before.xruns + statistics.xruns,
      bins,
      slots: run?.slots ?? last?.slots ?? summarise(simulation, 0).slots,
      run,
      fault: null,
    };
    return this.last;
  }
}

type Spec = PlayTask['pedals'][number];

const openPlayer = (workbench: Workbench, spec: Spec, goesOn: boolean): Player => {
  try {
    return new PlayingPedal(workbench, spec, goesOn);
  } catch (error) {
    const { label, job } = spec;
    const { durationSeconds } = job.scenario;
    const about = { label, durationSeconds, budgetCyclesPerBlock: 0, binSeconds };
    const report = { ...about, ...unplayed, fault: (error as Error).message };
    return { isOver: true, playTo: () => {}, report: () => report };
  }
};

const budgetOf = ({ resolved }: Simulation): number => {
  const { chip, blockFrames, sampleRateHz, clockHz } = resolved;
  const budget = timeBudgetOf(chip, blockFrames, sampleRateHz);
  return (budget.cyclesPerBlock.expected * clockHz) / budget.clockHz.expected;
};

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
      const pedal = openPlayer(workbench, spec, task.goesOn);
      pedals.push(pedal);
      say([pedal]);
      // Costing a pedal takes a while: let orders in between them.
      await pause(0);
      if ((order as ScreenOrder) === 'stop') return [];
    }
    let played = 0;
    const firstRun = task.pedals[0]?.job.scenario.durationSeconds ?? 0;
    let before = performance.now();
    let reported = before;
    while (pedals.some((pedal) => !pedal.isOver) && (order as ScreenOrder) !== 'stop') {
      const now = performance.now();
      // A host that was busy elsewhere does not make up for it.
      const passed = Math.min(now - before, reportMilliseconds) / 1000;
      if (order === 'resume') played += speedOf(played, firstRun) * passed;
      before = now;
      const until = now + sliceMilliseconds;
      for (const pedal of pedals) pedal.playTo(played, until);
      const isPaused = (order as ScreenOrder) === 'pause';
      if (now - reported >= reportMilliseconds * (isPaused ? 10 : 1)) {
        reported = now;
        say(pedals);
      }
      await pause(isPaused ? reportMilliseconds : 2 * sliceMilliseconds);
    }
    say(pedals);
    return pedals.map((pedal) => pedal.report());
  } finally {
    port.close();
  }
};
