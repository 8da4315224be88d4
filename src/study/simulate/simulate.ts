/** One simulation from beginning to end: the virtual pedal with the machine's costs. Pure. */
import { type Signal, signalOf } from '../../audio/signals.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { HeardInstead } from '../../pedal/audio-stack.ts';
import { JackLoad } from '../../pedal/jack-load.ts';
import { Pedal } from '../../pedal/pedal.ts';
import type { BlockRecord } from '../../pedal/record.ts';
import type { PedalSetup, PedalSound } from '../../pedal/setup.ts';
import { Statistics } from '../../pedal/statistics.ts';
import { Timeline } from '../../pedal/timeline.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import { hertz } from '../../units/number-text.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { chainSound } from './chain-sound.ts';
import { besideClockOf, burstsOf, dvfsOf, stackOf, thermalOf } from './device-setup.ts';
import type { SimulationLibrary } from './library.ts';
import { machineCosts } from './machine-costs.ts';
import { type Resolved, resolveJob } from './resolve.ts';
import type { RunResult } from './run-result.ts';
import { type Simulation, summarise } from './summarise.ts';

export interface SimulationOptions {
  /** Gets the audio, block by block, in an array that is used again; without it nothing is rendered. */
  readonly onAudio?: ((block: Float32Array) => void) | undefined;
  /** How the code is built, where that is not the device's way. */
  readonly target?: Partial<Target> | undefined;
  /** Shared between simulations, so that equal parts are lowered once. */
  readonly cache?: CostCache | undefined;
}

/** What a job plays: a built-in signal, or a file. */
export const inputOf = ({ job, sampleRateHz }: Resolved, library: SimulationLibrary) => {
  const { file, signal = 'plucks' } = job.scenario.audio ?? {};
  if (file === undefined) return { signal: signalOf(signal, sampleRateHz, job.seed), warnings: [] };
  const read = library.audio(file, sampleRateHz);
  const said = `${file} is at ${hertz(read.sampleRateHz)} and the pedal runs at ${hertz(sampleRateHz)}: it was resampled.`;
  return { signal: read.signal, warnings: read.sampleRateHz === sampleRateHz ? [] : [said] };
};

/** The peak of the input over consecutive blocks. */
const levelOf = (signal: Signal, gain: number): PedalSetup['level'] => {
  let at = 0;
  let block = new Float32Array(0);
  const read = (frames: number): void => {
    if (block.length !== frames) block = new Float32Array(frames);
    signal.read(block);
    at += frames;
  };
  return (firstFrame, frames) => {
    if (firstFrame > at) read(firstFrame - at);
    read(frames);
    let peak = 0;
    for (const sample of block) peak = Math.max(peak, Math.abs(sample * gain));
    return Math.fround(peak);
  };
};

/** @throws what `resolveJob` throws. */
export const prepare = (
  job: Job,
  library: SimulationLibrary,
  options: SimulationOptions = {},
): Simulation => {
  const cache = options.cache ?? new CostCache();
  const asked = resolveJob(job, library, cache);
  const input = inputOf(asked, library);
  const resolved = { ...asked, warnings: [...asked.warnings, ...input.warnings] };
  const { chip, clockHz, sampleRateHz, blockFrames, graph, cores, events, governor } = resolved;
  const { scenario, seed } = job;
  const { target, onAudio } = options;
  const costs = machineCosts({ ...resolved, cache, target });
  const heard: HeardInstead = chip.audio.lateBlock === 'silence' ? 'silence' : 'old-block';
  const usedCores = new Set(graph.nodes.map((node) => node.core)).size;
  const soundOf = (write: (block: Float32Array) => void): PedalSound =>
    chainSound(resolved, inputOf(resolved, library).signal, heard, write);
  const setup: PedalSetup = {
    ...{ clockHz, sampleRateHz, blockFrames, graph, cores, events, governor, seed, costs },
    stack: stackOf(scenario, chip),
    hostSeconds: chip.host.secondsPerBlock.value,
    reserveShare: chip.host.reserveShare.value,
    slots: resolved.slots.map((slot) => slot.setup),
    bursts: burstsOf(scenario, chip, clockHz),
    dvfs: dvfsOf(scenario, chip, clockHz),
    thermal: thermalOf(scenario, chip, clockHz),
    besideClockHz: besideClockOf(chip, clockHz, usedCores),
    frames: Math.round(scenario.durationSeconds * sampleRateHz),
    level: levelOf(input.signal, scenario.audio?.gain ?? 1),
    sound: onAudio === undefined ? null : soundOf(onAudio),
  };
  const nodeSlots = graph.nodes.map((node) => node.slot);
  const statistics = new Statistics(nodeSlots, setup.slots.length);
  const timeline = new Timeline(setup.frames, sampleRateHz);
  const periodCycles = (clockHz * blockFrames) / sampleRateHz;
  const jackLoad = chip.audio.stack === 'jack' ? new JackLoad(periodCycles) : null;
  return { resolved, setup, costs, pedal: new Pedal(setup), statistics, timeline, jackLoad };
};

/** Blocks between two stops. */
const blocksPerStep = 512;

/** Plays a prepared pedal to its end. `onBlock` sees every block, in one record that is used again. */
export function* playSteps(
  simulation: Simulation,
  index: number = 0,
  onBlock?: (record: BlockRecord) => void,
): Steps<RunResult> {
  const { pedal, statistics, timeline, setup, jackLoad } = simulation;
  while (pedal.step()) {
    statistics.add(pedal.record);
    timeline.add(pedal.record);
    jackLoad?.add(pedal.record);
    onBlock?.(pedal.record);
    if (statistics.blocks % blocksPerStep === 0) {
      yield Math.min(1, pedal.record.firstFrame / setup.frames);
    }
  }
  return summarise(simulation, index);
}

/** Without a stop. */
export const play = (
  simulation: Simulation,
  index?: number,
  onBlock?: (record: BlockRecord) => void,
): RunResult => finish(playSteps(simulation, index, onBlock));

/** @throws what `resolveJob` throws. */
export const simulate = (
  job: Job,
  library: SimulationLibrary,
  options: SimulationOptions = {},
): RunResult => play(prepare(job, library, options));
