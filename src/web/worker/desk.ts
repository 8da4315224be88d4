/** Answers the page's questions: the verbs on data that is built in or was dropped. No files, no network. */

import type QuickLRU from 'quick-lru';
import type { Sound } from '../../audio/sound.ts';
import { openWorkbench, predict } from '../../browser.ts';
import { clockSetting, withSettings } from '../../device/set-figures.ts';
import type { Model } from '../../nam/model.ts';
import type { SkippedCombination } from '../../study/predict/row.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { packaged } from './catalogue.ts';
import type { Context, OnePedal, Questions } from './protocol.ts';

/** What is asked once the table stands is loaded when it is asked. */
const studio = (): Promise<typeof import('./studio.ts')> => import('./studio.ts');

export class Desk {
  /** By the names of their files, as they were opened: what was worked out for a shape serves every file of it. */
  readonly #models: QuickLRU<string, Model>;
  /** What the pedal that is asked next plays, in place of a signal. */
  #sound: Sound | null = null;
  readonly #workbench: Workbench = openWorkbench({
    documents: new Map(),
    packaged,
    openAudio: () => this.#sound,
  });

  constructor(models: QuickLRU<string, Model>) {
    this.#models = models;
  }

  ready(): Questions['ready']['answer'] {
    return null;
  }

  devices(): Questions['devices']['answer'] {
    return this.#workbench.devices.all();
  }

  async predict({
    ask,
    part,
    signal,
  }: Context<'predict'>): Promise<Questions['predict']['answer']> {
    const skipped: SkippedCombination[] = [];
    const warnings = new Set<string>();
    const { models, devices, clockHz, blockFrames, ...rest } = ask;
    // Pedal by pedal: the table fills in.
    for (const id of devices) {
      const request = {
        ...rest,
        models: models.map((name) => this.#model(name)),
        device: this.#device(id, clockHz),
        blockFrames: blockFrames ?? undefined,
        // A table of all pedals, as the command's.
        arrangements: false,
      };
      const result = await predict(this.#workbench, request, { signal });
      part(result.rows);
      skipped.push(...result.skipped);
      for (const warning of result.warnings) warnings.add(warning);
    }
    return { skipped, warnings: [...warnings] };
  }

  async explain({ ask }: Context<'explain'>): Promise<Questions['explain']['answer']> {
    const { explain } = await studio();
    return explain(this.#workbench, {
      model: this.#model(ask.model),
      device: this.#device(ask.device, ask.clockHz),
      width: ask.width,
      engine: ask.engine,
      blockFrames: ask.blockFrames ?? undefined,
    });
  }

  async play(context: Context<'play'>): Promise<Questions['play']['answer']> {
    const { heldSound, play } = await studio();
    const { sound } = context.ask;
    this.#sound = sound === null ? null : heldSound(sound);
    return play(this.#workbench, this.#models, context);
  }

  async render({ ask, part, signal }: Context<'render'>): Promise<Questions['render']['answer']> {
    const { render } = await studio();
    const request = { model: this.#model(ask.model), width: ask.width, input: ask.input };
    return render(this.#workbench, request, { signal, onProgress: part });
  }

  async signal({ ask }: Context<'signal'>): Promise<Questions['signal']['answer']> {
    const { signal } = await studio();
    return signal(ask);
  }

  /** At another clock: what the command's `--clock` does. */
  #device(id: string, clockHz: OnePedal['clockHz']): ReturnType<Workbench['device']> {
    const device = this.#workbench.device(id);
    if (clockHz === null || device.chip === null) return device;
    const changed = withSettings(device, [clockSetting(device, clockHz)]);
    return this.#workbench.standsFor(changed, device);
  }

  #model(name: string): Model {
    const model = this.#models.get(name);
    if (model === undefined) throw new Error(`model ${name}: not open on this page.`);
    return model;
  }
}
