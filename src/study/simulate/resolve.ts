/** From a job to everything that the virtual pedal needs, with errors that say what to write. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { didYouMean } from '../../device/nearest.ts';
import { type ChipProfile, convolverOf, type DeviceProfile } from '../../device/profile.ts';
import { impulseNetwork } from '../../engine/convolver/convolver.ts';
import { isPartitionable } from '../../engine/convolver/partitioned.ts';
import type { TanhKind } from '../../engine/engine.ts';
import { convolvers } from '../../engine/registry.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import { slim } from '../../nam/widths.ts';
import { buildGraph, type Graph } from '../../pedal/graph.ts';
import { builtInImpulse } from '../../pedal/impulse.ts';
import type { PedalEvent, SlotSetup, WidthGovernor } from '../../pedal/setup.ts';
import { widthPolicies } from '../../pedal/width-policy.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { ImpulseSpec, ScenarioEvent, ScenarioSlot } from '../../scenario/scenario.ts';
import { ScenarioError } from '../../scenario/scenario-error.ts';
import { memoize } from '../../units/memoize.ts';
import { counted, hertz } from '../../units/number-text.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { targetOf } from '../cost/cost-point.ts';
import { chooseEngine, engineChain } from '../cost/engine-choice.ts';
import { type Rates, ratesOf, resampledBy, resamplerText } from '../cost/resampling.ts';
import { lackingOf } from './asked-disturbances.ts';
import type { SimulationLibrary } from './library.ts';
import type { WorkSpec } from './work.ts';

export interface ResolvedSlot {
  readonly setup: SlotSetup;
  readonly work: WorkSpec;
}

export interface Resolved {
  readonly job: Job;
  readonly device: DeviceProfile;
  readonly chip: ChipProfile;
  readonly core: CoreProfile;
  readonly cores: number;
  readonly clockHz: number;
  readonly sampleRateHz: number;
  readonly blockFrames: number;
  readonly tanh: TanhKind;
  /** Denormal numbers become zero, so that they cost nothing. */
  readonly flush: boolean;
  readonly graph: Graph;
  readonly slots: readonly ResolvedSlot[];
  /** Everything that any slot does at any time. */
  readonly works: ReadonlyMap<string, WorkSpec>;
  readonly events: readonly PedalEvent[];
  readonly governor: WidthGovernor | null;
  readonly warnings: readonly string[];
}

/** A field of a scenario, and what is expected there. */
type Fault = readonly [path: string, expected: string, code?: ScenarioError['code']];

class Resolver {
  readonly works = new Map<string, WorkSpec>();
  readonly warnings: string[] = [];
  readonly device: DeviceProfile;
  readonly chip: ChipProfile;
  readonly core: CoreProfile;
  readonly sampleRateHz: number;
  readonly blockFrames: number;
  readonly names: readonly string[];
  private readonly job: Job;
  private readonly library: SimulationLibrary;
  private readonly cache: CostCache;

  constructor(job: Job, library: SimulationLibrary, cache: CostCache) {
    this.job = job;
    this.library = library;
    this.cache = cache;
    const { scenario } = job;
    this.device = library.device(scenario.device);
    const { chip, id, tier, notes } = this.device;
    if (chip === null) {
      const unknown =
        tier === 'host'
          ? `\`host\`. ${notes?.join(' ')}`
          : `\`${id}\`, of which nobody has published the chip. Simulate a class profile in its place (class-a35-1300, class-m7-480, ...); \`predict\` gives the verdict that is known of it.`;
      throw this.fault('device', `a device whose chip is known, got ${unknown}`, 'no-chip');
    }
    this.chip = chip;
    this.core = library.core(audioClusterOf(chip).coreId);
    this.sampleRateHz = scenario.sampleRateHz ?? chip.audio.sampleRateHz.value;
    this.blockFrames = scenario.blockFrames ?? chip.audio.blockFrames.value;
    this.names = namesOf(scenario.slots);
  }

  fault(...[path, expected, code = 'invalid-scenario']: Fault): ScenarioError {
    return new ScenarioError(code, `${this.job.origin}: ${path}: expected ${expected}`);
  }

  slot(slot: ScenarioSlot, i: number): ResolvedSlot {
    const work = this.workOf(slot, `slots[${i}]`);
    const { tailSeconds: tail, bypassed = false } = slot;
    const tailDecayPerFrame = tail === undefined ? 0 : decayPerFrame(tail, this.sampleRateHz);
    const passesLevel = work.kind !== 'model';
    const name = this.names[i] ?? '';
    const setup = { name, work: work.key, bypassed, passesLevel, tailDecayPerFrame };
    return { setup, work };
  }

  event(event: ScenarioEvent, i: number): PedalEvent {
    const path = `events[${i}]`;
    const { blockFrames, clockHz, bypassed, place = 'beside', loadSeconds = 0 } = event;
    const atFrame = Math.round(event.atSeconds * this.sampleRateHz);
    if (blockFrames !== undefined) return { atFrame, do: 'block', blockFrames };
    if (clockHz !== undefined) return { atFrame, do: 'clock', clockHz };
    const slot = this.slotNamed(event.slot ?? '', `${path}.slot`);
    if (bypassed !== undefined) return { atFrame, do: 'bypass', slot, on: bypassed };
    return { atFrame, do: 'swap', slot, work: this.swapped(path, slot, event), place, loadSeconds };
  }

  governor(slots: readonly ResolvedSlot[]): WidthGovernor | null {
    const { governor } = this.job.scenario;
    if (governor === undefined) return null;
    const { widths, policy, upper, lower, place = 'beside' } = governor;
    const slot = this.slotNamed(governor.slot, 'governor.slot');
    const ladder = widths.map((width, i) => this.swapped(`governor.widths[${i}]`, slot, { width }));
    const start = ladder.indexOf(slots[slot]?.setup.work ?? '');
    if (start < 0) {
      const expected = `the width that ${governor.slot} starts at to be among them, got ${widths.join(', ')}.`;
      throw this.fault('governor.widths', expected);
    }
    const blocksIn = (seconds: number): number =>
      Math.max(1, Math.round((seconds * this.sampleRateHz) / this.blockFrames));
    const windowBlocks = blocksIn(governor.windowSeconds ?? 0.05);
    const holdBlocks = blocksIn(governor.holdSeconds ?? 2);
    const decides = widthPolicies[policy]({ upper, lower, windowBlocks, holdBlocks });
    return { slot, ladder, start, policy: decides, place };
  }

  private slotNamed(name: string, path: string): number {
    const found = this.names.indexOf(name);
    if (found >= 0) return found;
    const hint = didYouMean(name, this.names) || ` The slots are ${this.names.join(', ')}.`;
    throw this.fault(path, `the name of a slot, got "${name}".${hint}`);
  }

  /** The key of what a slot does with another model or width. */
  private swapped(path: string, slot: number, event: Partial<ScenarioEvent>): string {
    const spec = this.job.scenario.slots[slot];
    const model = event.model ?? spec?.model;
    if (spec !== undefined && model !== undefined) {
      return this.model(path, model, event.width, spec).key;
    }
    throw this.fault(path, 'a slot with a model, whose width can change.');
  }

  private workOf(slot: ScenarioSlot, path: string): WorkSpec {
    if (slot.model !== undefined) return this.model(path, slot.model, slot.width, slot);
    if (slot.ir !== undefined) return this.impulse(`${path}.ir`, slot.ir);
    const { cyclesPerSample = 0, denormalCyclesPerSample = 0 } = slot;
    const key = `load ${cyclesPerSample} ${denormalCyclesPerSample}`;
    const what = `${cyclesPerSample} cycles/sample`;
    return this.known({ kind: 'load', key, what, cyclesPerSample, denormalCyclesPerSample });
  }

  /** Errors of models and engines get the place in the scenario. */
  private model(path: string, name: string, width = 'full', slot: ScenarioSlot): WorkSpec {
    const { cache, chip, core, library } = this;
    const model = this.at(`${path}.model`, () => library.model(name));
    const slimmed = this.at(`${path}.width`, () => slim(model, width));
    const rates = this.ratesOf(model, slot.oversample);
    const program = cache.program(slimmed.network);
    const { buffers, input, output } = program;
    const [ins, outs] = [input, output].map((id) => buffers[id]?.channels ?? 1);
    if (ins !== 1 || outs !== 1) {
      const expected = `a model with one input and one output, got ${model.id} with ${ins} and ${outs}.`;
      throw this.fault(`${path}.model`, expected, 'unsupported');
    }
    const requested = slot.engine ?? this.job.scenario.engine ?? 'auto';
    const { engine, reasons } = this.at(`${path}.engine`, () => {
      const { first, alternatives } = engineChain(requested, chip.build);
      const target = targetOf(chip, core);
      return chooseEngine(first, alternatives, library.engines, (one) =>
        cache.support(one, program, target),
      );
    });
    if (engine === null) {
      const expected = `an engine that runs ${model.id} ${slimmed.width.label} on ${this.device.id}. ${reasons.join(' ')}`;
      throw this.fault(`${path}.engine`, expected, 'unsupported');
    }
    const { splitAfterLayers = null } = slot;
    const { label } = slimmed.width;
    const split = splitAfterLayers === null ? '' : ` split ${splitAfterLayers}`;
    const at = rates === null ? '' : ` at ${rates.modelHz}`;
    const key = `${model.origin} ${label} ${engine.id}${split}${at}`;
    const named = { key, what: `${model.id} ${label}` };
    return this.known({ kind: 'model', ...named, slimmed, engine, splitAfterLayers, rates });
  }

  private impulse(path: string, { file, method, ...spec }: ImpulseSpec): WorkSpec {
    const samples = this.samplesOf(path, file, spec.taps ?? 1);
    const { events = [] } = this.job.scenario;
    const frames = [this.blockFrames, ...events.flatMap((e) => e.blockFrames ?? [])];
    const odd = frames.find((f) => !isPartitionable(f));
    if (method === 'partitioned' && odd !== undefined) {
      const expected = `blocks of 16, 32, 64, ... frames for "partitioned", got ${odd}. Write "direct" or change the block size.`;
      throw this.fault(`${path}.method`, expected, 'unsupported');
    }
    const usual = method === undefined ? convolverOf(this.chip) : 'pedalbench';
    const convolver = convolvers[spec.convolver ?? usual];
    const taps = Math.min(samples.length, spec.truncateTaps ?? samples.length);
    const { name, mostTaps } = convolver;
    if (mostTaps !== null && taps > mostTaps) {
      this.warnings.push(
        `${file ?? 'the impulse response'} has ${taps} taps, of which ${name} plays the first ${mostTaps}.`,
      );
    }
    const impulse = samples.slice(0, Math.min(taps, mostTaps ?? taps));
    const network = impulseNetwork(impulse, method === 'partitioned' ? 'fft' : method);
    const { length } = network.impulse;
    const key = `ir ${file ?? 'built-in'} ${length} ${convolver.id} ${network.implementation}`;
    const what = `${length} taps, ${convolver.id}`;
    return this.known({ kind: 'ir', key, what, network, convolver });
  }

  private samplesOf(path: string, file: string | undefined, taps: number): Float32Array {
    if (file === undefined) return builtInImpulse(taps);
    const rate = this.sampleRateHz;
    const { samples, sampleRateHz } = this.at(`${path}.file`, () =>
      this.library.impulse(file, rate),
    );
    if (sampleRateHz !== rate) {
      this.warnings.push(
        `${file} is at ${hertz(sampleRateHz)} and the pedal runs at ${hertz(rate)}: it was resampled to ${counted(samples.length, 'tap')}, as players do.`,
      );
    }
    return samples;
  }

  private known(work: WorkSpec): WorkSpec {
    return memoize(this.works, work.key, () => work);
  }

  /** Null where nothing resamples; says so where the model's rate is not the session's. */
  private ratesOf(model: Model, oversample = 1): Rates | null {
    const { resample } = this.job.scenario;
    const rates = ratesOf(model, this.sampleRateHz, oversample);
    const resampled = resampledBy(this.chip, rates, resample);
    if (oversample > 1) {
      this.warnings.push(`${model.id}: Resampler: ${resamplerText(this.chip, rates, resample)}.`);
    } else if (model.metadata.sampleRateHz !== null && rates.modelHz !== rates.sessionHz) {
      const shifted = 'it costs the same per sample and sounds shifted';
      const means = resampled === null ? shifted : 'it runs at its own rate';
      this.warnings.push(
        `${model.id} was trained at ${hertz(rates.modelHz)} and the pedal runs at ${hertz(rates.sessionHz)}: ${means}. Resampler: ${resamplerText(this.chip, rates, resample)}.`,
      );
    }
    return resampled;
  }

  private at<T>(path: string, find: () => T): T {
    try {
      return find();
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      if (typeof code !== 'string') throw error;
      const text = `${this.job.origin}: ${path}: ${message}`;
      throw new ScenarioError('invalid-scenario', text, { cause: error });
    }
  }
}

/** What is left of a state after one frame, when it falls to a thousandth in `seconds`. */
const decayPerFrame = (seconds: number, sampleRateHz: number): number => {
  const frames = Math.max(1, Math.round(seconds * sampleRateHz));
  // The root by halving an interval: a library's power function may differ between hosts.
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    let product = 1;
    for (let bit = frames, square = middle; bit > 0; bit = Math.floor(bit / 2), square *= square) {
      if (bit % 2 === 1) product *= square;
    }
    if (product < 0.001) low = middle;
    else high = middle;
  }
  return high;
};

const namesOf = (slots: readonly ScenarioSlot[]): string[] => {
  const plain = slots.map(({ name, model, ir }) => name ?? model ?? (ir ? 'ir' : 'load'));
  return plain.map((name, i) => {
    const before = plain.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} ${before + 1}`;
  });
};

/** Cores that the device does not have, and splits without a pipeline. */
const misplaced = ({ scenario }: Job, { device, names }: Resolver, cores: number): Fault[] => {
  const { chain = 'serial', disturbances } = scenario;
  const has =
    cores === 1 ? 'one audio core (number 0)' : `${cores} audio cores (0 to ${cores - 1})`;
  const onCore = (path: string, core = 0): Fault[] =>
    core < cores
      ? []
      : [[`${path}.core`, `a core of ${device.id}, which has ${has}, got ${core}.`]];
  const added = typeof disturbances === 'object' ? (disturbances.add ?? []) : [];
  const alone = `"serial": ${device.id} has ${has}, got "${chain}" for ${names.join(', ')}.`;
  return [
    ...scenario.slots.flatMap(({ core, splitAfterLayers }, i): Fault[] => {
      const expected = `"chain": "pipelined" for a model that is split over cores, got "${chain}".`;
      const isSplit = splitAfterLayers !== undefined && chain !== 'pipelined';
      const path = `slots[${i}]`;
      return [
        ...onCore(path, core),
        ...(isSplit ? [[`${path}.splitAfterLayers`, expected] as const] : []),
      ];
    }),
    ...added.flatMap(({ core }, i) => onCore(`disturbances.add[${i}]`, core)),
    ...(chain !== 'serial' && cores === 1 ? [['chain', alone] as const] : []),
  ];
};

/** @throws ScenarioError, and the library's own errors with the place in the scenario. */
export const resolveJob = (job: Job, library: SimulationLibrary, cache: CostCache): Resolved => {
  const { scenario } = job;
  const resolver = new Resolver(job, library, cache);
  const { chip, core, device, sampleRateHz, blockFrames, works } = resolver;
  const { audioCores, clockHz } = audioClusterOf(chip);
  const cores = audioCores.value;
  const [fault]: Fault[] = [...misplaced(job, resolver, cores), ...lackingOf(scenario, chip)];
  if (fault !== undefined) throw resolver.fault(...fault);
  const slots = scenario.slots.map((slot, i) => resolver.slot(slot, i));
  const parts = scenario.slots.map(({ core: on, branch, splitAfterLayers: split }) => {
    return { core: on, branch, parts: split === undefined ? 1 : 2 };
  });
  return {
    ...{ job, device, chip, core, cores, sampleRateHz, blockFrames, slots, works },
    clockHz: scenario.clockHz ?? clockHz.value,
    tanh: scenario.tanh ?? chip.build.tanh.value,
    flush: scenario.flushDenormals ?? chip.flushToZero.value,
    graph: buildGraph(scenario.chain ?? 'serial', parts, cores),
    events: (scenario.events ?? []).map((event, i) => resolver.event(event, i)),
    governor: resolver.governor(slots),
    warnings: [...new Set(resolver.warnings)],
  };
};
