/** Answers the page's questions: the verbs on data that is built in or was dropped. No files, no network. */
import measurements from '../../../data/measurements.json' with { type: 'json' };
import { signalNames, signalOf } from '../../audio/signals.ts';
import { explainSync, openWorkbench, predict, render } from '../../browser.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model } from '../../nam/model.ts';
import { parseModel } from '../../nam/parse-model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import type { SkippedCombination } from '../../study/predict/row.ts';
import { play, prepare } from '../../study/simulate/simulate.ts';
import type { Documents } from '../../workbench/data-files.ts';
import { jobsOf } from '../../workbench/simulate.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { coreDocuments, deviceDocuments } from './catalogue.ts';
import type { PredictOptions, Questions } from './protocol.ts';

/** Lets other messages in; false where the asker has dropped the question. */
export type YieldNow = () => Promise<boolean>;

interface Context<K extends keyof Questions> {
  readonly ask: Questions[K]['ask'];
  readonly part: (part: Questions[K] extends { part: infer P } ? P : never) => void;
  readonly yieldNow: YieldNow;
}

const mostSeconds = 60;

/** At another clock: what the command's `--clock` does. */
const withClock = (device: DeviceProfile, clockHz: number | null): DeviceProfile => {
  if (clockHz === null || device.chip === null) return device;
  const clusters = device.chip.clusters.map((cluster) =>
    cluster.audioCores.value === 0
      ? cluster
      : {
          ...cluster,
          clockHz: { value: clockHz, kind: 'estimate' as const, source: 'set on the page' },
        },
  );
  return { ...device, chip: { ...device.chip, clusters } };
};

const packaged: Documents = new Map<string, object>([
  ...[...deviceDocuments].map(([id, document]) => [`devices/${id}.json`, document] as const),
  ...[...coreDocuments].map(([id, document]) => [`cores/${id}.json`, document] as const),
  ['data/measurements.json', measurements],
]);

export class Desk {
  readonly #documents = new Map<string, string>();
  readonly #models = new Map<string, Model>();
  #workbench: Workbench = openWorkbench({ documents: this.#documents, packaged });

  open({ ask }: Context<'open'>): Questions['open']['answer'] {
    const model = parseModel(ask.text, ask.name);
    if (this.#documents.get(ask.name) !== ask.text) {
      this.#documents.set(ask.name, ask.text);
      // Costs of what was open before would stay for ever.
      this.#workbench = openWorkbench({ documents: this.#documents, packaged });
    }
    this.#models.set(ask.name, model);
    return {
      origin: model.origin,
      id: model.id,
      architecture: model.architecture,
      version: model.version,
      metadata: model.metadata,
      warnings: model.warnings,
      widths: widthsOf(model),
    };
  }

  async predict({
    ask,
    part,
    yieldNow,
  }: Context<'predict'>): Promise<Questions['predict']['answer']> {
    const skipped: SkippedCombination[] = [];
    const warnings = new Set<string>();
    // Device by device: the sentence on top speaks of the first ones.
    for (const id of ask.devices) {
      if (!(await yieldNow())) break;
      const result = await predict(this.#workbench, this.#request(ask, id));
      part(result.rows);
      skipped.push(...result.skipped);
      for (const warning of result.warnings) warnings.add(warning);
    }
    return { skipped, warnings: [...warnings] };
  }

  explain({ ask }: Context<'explain'>): Questions['explain']['answer'] {
    return explainSync(this.#workbench, {
      ...ask,
      model: this.#model(ask.model),
      blockFrames: ask.blockFrames ?? undefined,
    });
  }

  async play({ ask, part, yieldNow }: Context<'play'>): Promise<Questions['play']['answer']> {
    const sound: Float32Array[] = [];
    const loads: number[] = [];
    const late: number[] = [];
    const { jobs, library } = jobsOf(this.#workbench, ask.scenario as never, undefined);
    const [job] = jobs;
    if (job === undefined) throw new Error(`${ask.name}: expected one run, got none.`);
    const simulation = prepare(job, library, {
      cache: this.#workbench.costs,
      ...(ask.withSound ? { onAudio: (block) => sound.push(block.slice()) } : {}),
    });
    const { pedal, statistics, timeline, setup } = simulation;
    for (let going = true; going; ) {
      if (!(await yieldNow())) break;
      for (let i = 0; i < 256; i += 1) {
        going = pedal.step();
        if (!going) break;
        const { record } = pedal;
        statistics.add(record);
        timeline.add(record);
        loads.push(record.load);
        late.push(record.late ? 1 : 0);
      }
      part(Math.min(1, (pedal.record.firstFrame + pedal.record.frames) / setup.frames));
    }
    return {
      result: play(simulation),
      loads: Float32Array.from(loads),
      late: Uint8Array.from(late),
      sound: ask.withSound ? joined(sound) : null,
    };
  }

  async render({ ask, part, yieldNow }: Context<'render'>): Promise<Questions['render']['answer']> {
    const model = this.#model(ask.model);
    const stop = new AbortController();
    const samples = await render(
      this.#workbench,
      { model, width: ask.width, input: ask.input },
      {
        signal: stop.signal,
        onProgress: (share) => {
          part(share);
          void yieldNow().then((goOn) => goOn || stop.abort());
        },
      },
    );
    return { width: slim(model, ask.width).width.label, samples };
  }

  signal({ ask }: Context<'signal'>): Questions['signal']['answer'] {
    const name = signalNames.find((known) => known === ask.name) ?? 'plucks';
    const seconds = Math.min(ask.seconds, mostSeconds);
    const samples = new Float32Array(Math.round(seconds * ask.sampleRateHz));
    signalOf(name, ask.sampleRateHz, 1).read(samples);
    return { samples, sampleRateHz: ask.sampleRateHz };
  }

  #request(ask: PredictOptions, device: string): Parameters<typeof predict>[1] {
    return {
      models: ask.models.map((name) => this.#model(name)),
      device: withClock(this.#workbench.device(device), ask.clockHz),
      copies: ask.copies,
      engine: ask.engine,
      blockFrames: ask.blockFrames ?? undefined,
      // A table of all pedals, as the command's.
      arrangements: false,
    };
  }

  #model(name: string): Model {
    const model = this.#models.get(name);
    if (model === undefined) throw new Error(`model ${name}: not open on this page.`);
    return model;
  }
}

const joined = (blocks: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
};
