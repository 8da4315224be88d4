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
import type { CostBook } from '../cost/cost-cache.ts';
import { chooseEngine, engineChain } from '../cost/engine-choice.ts';
import { targetOf } from '../cost/price.ts';
import { type Rates, ratesOf, resampledBy, resamplerText } from '../cost/resampling.ts';
import { lackingOf } from './asked-disturbances.ts';
import type { SimulationLibrary } from './library.ts';
import { keyOf, type WorkSpec } from './work.ts';

export interface ResolvedSlot {
  readonly spec: ScenarioSlot;
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
  readonly flush: boolean;
  readonly graph: Graph;
  readonly slots: readonly ResolvedSlot[];
  /** Everything that any slot does at any time. */
  readonly works: ReadonlyMap<string, WorkSpec>;
  readonly events: readonly PedalEvent[];
  readonly governor: WidthGovernor | null;
  readonly warnings: readonly string[];
}

class Resolver {
  readonly works = new Map<string, WorkSpec>();
  readonly warnings: string[] = [];
  readonly chip: ChipProfile;
  readonly core: CoreProfile;
  readonly device: DeviceProfile;
  private readonly job: Job;
  private readonly library: SimulationLibrary;
  private readonly book: CostBook;

  constructor(job: Job, library: SimulationLibrary, book: CostBook) {
    this.job = job;
    this.library = library;
    this.book = book;
    this.device = library.device(job.scenario.device);
    if (this.device.chip === null) {
      throw this.fault(
        'no-chip',
        'device',
        this.device.tier === 'host'
          ? `a device whose chip is known, got \`host\`. ${this.device.notes?.join(' ')}`
          : `a device whose chip is known, got \`${this.device.id}\`, of which nobody has published the chip. ` +
              'Simulate a class profile in its place (class-a35-1300, class-m7-480, ...); `predict` gives the verdict that is known of it.',
      );
    }
    this.chip = this.device.chip;
    this.core = library.core(audioClusterOf(this.chip).coreId);
  }

  fault(code: ScenarioError['code'], path: string, expected: string): ScenarioError {
    return new ScenarioError(code, `${this.job.origin}: ${path}: expected ${expected}`);
  }

  /** Finds a work's parts and remembers it; errors of models and engines get the place in the scenario. */
  model(path: string, name: string, width: string | undefined, slot: ScenarioSlot): WorkSpec {
    const { scenario } = this.job;
    const model = this.at(`${path}.model`, () => this.library.model(name));
    const slimmed = this.at(`${path}.width`, () => slim(model, width ?? 'full'));
    const rates = this.ratesOf(model);
    const { buffers, input, output } = this.book.program(slimmed.network);
    const [ins, outs] = [input, output].map((id) => buffers[id]?.channels ?? 1);
    if (ins !== 1 || outs !== 1) {
      throw this.fault(
        'unsupported',
        `${path}.model`,
        `a model with one input and one output, got ${model.id} with ${ins} and ${outs}.`,
      );
    }
    const requested = slot.engine ?? scenario.engine ?? 'auto';
    const choice = this.at(`${path}.engine`, () => {
      const { first, alternatives } = engineChain(requested, this.chip.build);
      const program = this.book.program(slimmed.network);
      const target = targetOf(this.chip, this.core);
      return chooseEngine(first, alternatives, this.library.engines, (engine) =>
        this.book.support(engine, program, target),
      );
    });
    if (choice.engine === null) {
      throw this.fault(
        'unsupported',
        `${path}.engine`,
        `an engine that runs ${model.id} ${slimmed.width.label} on ${this.device.id}. ${choice.reasons.join(' ')}`,
      );
    }
    return this.remember({
      kind: 'model',
      slimmed,
      engine: choice.engine,
      splitAfterLayers: slot.splitAfterLayers ?? null,
      rates,
    });
  }

  impulse(path: string, spec: ImpulseSpec, blockFrames: number): WorkSpec {
    const { scenario } = this.job;
    const { file } = spec;
    const rate = scenario.sampleRateHz ?? this.chip.audio.sampleRateHz.value;
    let samples: Float32Array;
    if (file === undefined) {
      samples = builtInImpulse(spec.taps ?? 1);
    } else {
      const read = this.at(`${path}.file`, () => this.library.impulse(file, rate));
      samples = read.samples;
      if (read.sampleRateHz !== rate) {
        this.warnings.push(
          `${file} is at ${read.sampleRateHz} Hz and the pedal runs at ${rate} Hz: it was resampled to ${samples.length} taps, as players do.`,
        );
      }
    }
    const { method } = spec;
    const frames = [blockFrames, ...(scenario.events ?? []).flatMap((e) => e.blockFrames ?? [])];
    const odd = frames.find((f) => !isPartitionable(f));
    if (method === 'partitioned' && odd !== undefined) {
      throw this.fault(
        'unsupported',
        `${path}.method`,
        `blocks of 16, 32, 64, ... frames for "partitioned", got ${odd}. Write "direct" or change the block size.`,
      );
    }
    const convolver =
      convolvers[spec.convolver ?? (method === undefined ? convolverOf(this.chip) : 'pedalbench')];
    const taps = Math.min(samples.length, spec.truncateTaps ?? samples.length);
    const { name, mostTaps } = convolver;
    if (mostTaps !== null && taps > mostTaps) {
      this.warnings.push(
        `${file ?? 'the impulse response'} has ${taps} taps, of which ${name} plays the first ${mostTaps}.`,
      );
    }
    const impulse = samples.slice(0, Math.min(taps, mostTaps ?? taps));
    const network = impulseNetwork(impulse, method === 'partitioned' ? 'fft' : method);
    return this.remember({ kind: 'ir', network, convolver, from: file ?? 'built-in' });
  }

  slot(slot: ScenarioSlot, i: number, blockFrames: number): WorkSpec {
    const path = `slots[${i}]`;
    if (slot.model !== undefined) return this.model(path, slot.model, slot.width, slot);
    if (slot.ir !== undefined) return this.impulse(`${path}.ir`, slot.ir, blockFrames);
    return this.remember({
      kind: 'load',
      cyclesPerSample: slot.cyclesPerSample ?? 0,
      denormalCyclesPerSample: slot.denormalCyclesPerSample ?? 0,
    });
  }

  private remember(work: WorkSpec): WorkSpec {
    const key = keyOf(work);
    const known = this.works.get(key);
    if (known !== undefined) return known;
    this.works.set(key, work);
    return work;
  }

  /** Null where nothing resamples; says so where the model's rate is not the session's. */
  private ratesOf(model: Model): Rates | null {
    const { sampleRateHz, resample } = this.job.scenario;
    const rates = ratesOf(model, sampleRateHz ?? this.chip.audio.sampleRateHz.value);
    const resampled = resampledBy(this.chip, rates, resample);
    if (model.metadata.sampleRateHz !== null && rates.modelHz !== rates.sessionHz) {
      const means =
        resampled === null
          ? 'it costs the same per sample and sounds shifted'
          : 'it runs at its own rate';
      this.warnings.push(
        `${model.id} was trained at ${rates.modelHz} Hz and the pedal runs at ${rates.sessionHz} Hz: ${means}. Resampler: ${resamplerText(this.chip, rates, resample)}.`,
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
      throw new ScenarioError('invalid-scenario', `${this.job.origin}: ${path}: ${message}`, {
        cause: error,
      });
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
  const plain = slots.map(
    (slot) => slot.name ?? slot.model ?? (slot.ir === undefined ? 'load' : 'ir'),
  );
  return plain.map((name, i) => {
    const before = plain.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} ${before + 1}`;
  });
};

/** @throws ScenarioError, and the library's own errors with the place in the scenario. */
export const resolveJob = (job: Job, library: SimulationLibrary, book: CostBook): Resolved => {
  const { scenario } = job;
  const resolver = new Resolver(job, library, book);
  const { chip, core, device } = resolver;
  const cluster = audioClusterOf(chip);
  const cores = cluster.audioCores.value;
  const clockHz = scenario.clockHz ?? cluster.clockHz.value;
  const sampleRateHz = scenario.sampleRateHz ?? chip.audio.sampleRateHz.value;
  const blockFrames = scenario.blockFrames ?? chip.audio.blockFrames.value;
  const chain = scenario.chain ?? 'serial';
  const names = namesOf(scenario.slots);
  checkPlaces(job, resolver, cores, names);
  const [lacking] = lackingOf(scenario, chip);
  if (lacking !== undefined) {
    throw resolver.fault('invalid-scenario', lacking.path, lacking.expected);
  }
  const slots = scenario.slots.map((spec, i): ResolvedSlot => {
    const work = resolver.slot(spec, i, blockFrames);
    const setup: SlotSetup = {
      name: names[i] ?? '',
      work: keyOf(work),
      bypassed: spec.bypassed ?? false,
      passesLevel: work.kind !== 'model',
      tailDecayPerFrame:
        spec.tailSeconds === undefined ? 0 : decayPerFrame(spec.tailSeconds, sampleRateHz),
    };
    return { spec, setup, work };
  });
  const graph = buildGraph(
    chain,
    scenario.slots.map((slot) => ({
      core: slot.core,
      branch: slot.branch,
      parts: slot.splitAfterLayers === undefined ? 1 : 2,
    })),
    cores,
  );
  const slotNamed = (name: string, path: string): number => {
    const found = names.indexOf(name);
    if (found >= 0) return found;
    const near = didYouMean(name, names);
    throw resolver.fault(
      'invalid-scenario',
      path,
      `the name of a slot, got "${name}".${near === '' ? ` The slots are ${names.join(', ')}.` : near}`,
    );
  };
  const toWork = (path: string, slot: number, event: Partial<ScenarioEvent>): string => {
    const spec = scenario.slots[slot];
    const model = event.model ?? spec?.model;
    if (spec === undefined || model === undefined) {
      throw resolver.fault(
        'invalid-scenario',
        path,
        'a slot with a model, whose width can change.',
      );
    }
    return keyOf(resolver.model(path, model, event.width, spec));
  };
  const events = (scenario.events ?? []).map((event, i): PedalEvent => {
    const path = `events[${i}]`;
    const atFrame = Math.round(event.atSeconds * sampleRateHz);
    if (event.blockFrames !== undefined) {
      return { atFrame, do: 'block', blockFrames: event.blockFrames };
    }
    if (event.clockHz !== undefined) return { atFrame, do: 'clock', clockHz: event.clockHz };
    const slot = slotNamed(event.slot ?? '', `${path}.slot`);
    if (event.bypassed !== undefined) return { atFrame, do: 'bypass', slot, on: event.bypassed };
    return {
      atFrame,
      do: 'swap',
      slot,
      work: toWork(path, slot, event),
      place: event.place ?? 'beside',
      loadSeconds: event.loadSeconds ?? 0,
    };
  });
  const governor = governorOf(job, slots, slotNamed, toWork, sampleRateHz, blockFrames, resolver);
  return {
    job,
    device,
    chip,
    core,
    cores,
    clockHz,
    sampleRateHz,
    blockFrames,
    tanh: scenario.tanh ?? chip.build.tanh.value,
    flush: scenario.flushDenormals ?? chip.flushToZero.value,
    graph,
    slots,
    works: resolver.works,
    events,
    governor,
    warnings: [...new Set(resolver.warnings)],
  };
};

/** Cores that the device does not have, and splits without a pipeline. */
const checkPlaces = (
  { scenario }: Job,
  resolver: Resolver,
  cores: number,
  names: readonly string[],
): void => {
  const chain = scenario.chain ?? 'serial';
  const has =
    cores === 1 ? 'one audio core (number 0)' : `${cores} audio cores (0 to ${cores - 1})`;
  scenario.slots.forEach((slot, i) => {
    if (slot.core !== undefined && slot.core >= cores) {
      throw resolver.fault(
        'invalid-scenario',
        `slots[${i}].core`,
        `a core of ${resolver.device.id}, which has ${has}, got ${slot.core}.`,
      );
    }
    if (slot.splitAfterLayers !== undefined && chain !== 'pipelined') {
      throw resolver.fault(
        'invalid-scenario',
        `slots[${i}].splitAfterLayers`,
        `"chain": "pipelined" for a model that is split over cores, got "${chain}".`,
      );
    }
  });
  for (const [i, burst] of (disturbedBy(scenario) ?? []).entries()) {
    if ((burst.core ?? 0) >= cores) {
      throw resolver.fault(
        'invalid-scenario',
        `disturbances.add[${i}].core`,
        `a core of ${resolver.device.id}, which has ${has}, got ${burst.core}.`,
      );
    }
  }
  if (chain !== 'serial' && cores === 1) {
    throw resolver.fault(
      'invalid-scenario',
      'chain',
      `"serial": ${resolver.device.id} has ${has}, got "${chain}" for ${names.join(', ')}.`,
    );
  }
};

const disturbedBy = (
  scenario: Job['scenario'],
): readonly { readonly core?: number | undefined }[] | undefined =>
  typeof scenario.disturbances === 'object' ? scenario.disturbances.add : undefined;

const governorOf = (
  { scenario }: Job,
  slots: readonly ResolvedSlot[],
  slotNamed: (name: string, path: string) => number,
  toWork: (path: string, slot: number, event: Partial<ScenarioEvent>) => string,
  sampleRateHz: number,
  blockFrames: number,
  resolver: Resolver,
): WidthGovernor | null => {
  const { governor } = scenario;
  if (governor === undefined) return null;
  const slot = slotNamed(governor.slot, 'governor.slot');
  const ladder = governor.widths.map((width, i) =>
    toWork(`governor.widths[${i}]`, slot, { width }),
  );
  const start = ladder.indexOf(slots[slot]?.setup.work ?? '');
  if (start < 0) {
    throw resolver.fault(
      'invalid-scenario',
      'governor.widths',
      `the width that ${governor.slot} starts at to be among them, got ${governor.widths.join(', ')}.`,
    );
  }
  const blocksIn = (seconds: number): number =>
    Math.max(1, Math.round((seconds * sampleRateHz) / blockFrames));
  const policy = widthPolicies[governor.policy]({
    upper: governor.upper,
    lower: governor.lower,
    windowBlocks: blocksIn(governor.windowSeconds ?? 0.05),
    holdBlocks: blocksIn(governor.holdSeconds ?? 2),
  });
  return { slot, ladder, start, policy, place: governor.place ?? 'beside' };
};
