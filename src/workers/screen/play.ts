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

class PlayingPedal {
  readonly label: string;
  private readonly simulation: Simulation | null;
  private readonly fault: string | null;
  private readonly durationSeconds: number;
  private readonly budgetCyclesPerBlock: number;
  private bins: number[] = [];
  private binTop = 0;
  private binNumber = 0;
  private seconds = 0;
  private over = false;
  private reports = 0;
  private last: PedalReport | null = null;

  constructor(workbench: Workbench, { label, job }: PlayTask['pedals'][number]) {
    this.label = label;
    this.durationSeconds = job.scenario.durationSeconds;
    let simulation: Simulation | null = null;
    let fault: string | null = null;
    try {
      simulation = prepare(job, workbench, { book: workbench.costs });
    } catch (error) {
      fault = (error as Error).message;
    }
    this.simulation = simulation;
    this.fault = fault;
    this.over = simulation === null;
    this.budgetCyclesPerBlock = simulation === null ? 0 : budgetOf(simulation);
    // One block, so that there is something to say.
    if (simulation !== null) this.playTo(1e-9);
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Plays until a virtual time; false where the slice was over before. */
  playTo(seconds: number, until: number = Number.POSITIVE_INFINITY): boolean {
    const { simulation } = this;
    if (simulation === null || this.over) return true;
    const { pedal, statistics, setup } = simulation;
    const { record } = pedal;
    for (let steps = 0; this.seconds < Math.min(seconds, this.durationSeconds); steps += 1) {
      if (steps % 32 === 31 && performance.now() > until) return false;
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
    if (seconds < this.durationSeconds) return true;
    while (pedal.step()) statistics.add(record);
    this.over = true;
    return true;
  }

  report(): PedalReport {
    const { simulation } = this;
    const bins = this.bins;
    this.bins = [];
    this.reports += 1;
    const run =
      simulation !== null && this.over ? (this.last?.run ?? summarise(simulation, 0)) : null;
    const known = this.last?.load ?? null;
    const fresh = known === null || this.reports % distributionEvery === 0;
    this.last = {
      label: this.label,
      blocks: simulation?.statistics.blocks ?? 0,
      seconds: this.seconds,
      durationSeconds: this.durationSeconds,
      load: run?.load ?? (fresh ? (simulation?.statistics.loadDistribution() ?? null) : known),
      xruns: simulation?.statistics.xruns ?? 0,
      bins,
      binSeconds,
      slots:
        run?.slots ??
        this.last?.slots ??
        (simulation === null ? [] : summarise(simulation, 0).slots),
      budgetCyclesPerBlock: this.budgetCyclesPerBlock,
      run,
      fault: this.fault,
    };
    return this.last;
  }
}

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
  const pedals: PlayingPedal[] = [];
  const say = (list: readonly PlayingPedal[]): void => {
    const report: ScreenReport = { kind: 'pedals', pedals: list.map((pedal) => pedal.report()) };
    port.postMessage(report);
  };
  try {
    for (const spec of task.pedals) {
      const pedal = new PlayingPedal(workbench, spec);
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
