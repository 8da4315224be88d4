/**
 * The one place that turns names into objects and owns what is remembered between calls. Open one, hand it
 * to the verbs, let it go: everything that it has read and worked out goes with it.
 */
import { atRate } from '../audio/resampled-sound.ts';
import { parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import { engines } from '../engine/registry.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { Measure } from '../study/check/check.ts';
import { CostCache } from '../study/cost/cost-cache.ts';
import type { Measured } from '../study/predict/confidence.ts';
import type { Outcome } from '../study/predict/row.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import {
  type MeasuredCase,
  measuredKindsOf,
  parseCases,
  withKnown,
} from '../study/validate/cases.ts';
import { contentKey } from '../units/content-key.ts';
import { parseJsonText } from '../units/json-text.ts';
import { memoize } from '../units/memoize.ts';
import { Catalogues } from './catalogues.ts';
import { WorkbenchError } from './workbench-error.ts';

/** Longer impulses are reverbs that no pedal convolves in one piece. */
const longestImpulse = 1 << 20;

/** Names to objects, and what is remembered between calls; every verb takes it first. `openWorkbench` makes one. */
export class Workbench extends Catalogues {
  /** @internal */
  readonly engines: SimulationLibrary['engines'] = engines;
  /** Costs that were worked out; the numbers are the same without. @internal */
  readonly costs: CostCache = new CostCache();
  #measured: Measured | null = null;
  #known: ReadonlyMap<string, Outcome> | null = null;
  readonly #isShipped = new WeakMap<DeviceProfile, boolean>();
  readonly #measuring = new WeakMap<ParsedBudgets, Measure>();

  /** Rows that the build has worked out, for the shapes that most captures have. @internal */
  get known(): ReadonlyMap<string, Outcome> {
    this.#known ??= new Map(JSON.parse(this.files.knownRows() ?? '[]'));
    return this.#known;
  }

  /** What measures the budgets of a file: twice the same file shares what was simulated for it. @internal */
  measuring(file: ParsedBudgets, make: () => Measure): Measure {
    return memoize(this.#measuring, file, make);
  }

  /** What the package has measurements of, and which profiles are its own. @internal */
  get measured(): Measured {
    this.#measured ??= {
      kinds: measuredKindsOf(this.cases(null), (id) => this.#packaged(id)),
      shipped: (device) =>
        memoize(this.#isShipped, device, () => {
          const own = this.#packaged(device.id);
          // What was read from the package is not compared with itself.
          return own === device || (own !== null && contentKey(own) === contentKey(device));
        }),
    };
    return this.#measured;
  }

  /** The profile of the package; `host` as its file has it, which describes no machine. */
  #packaged(id: string): DeviceProfile | null {
    const path = this.files.packaged('devices').get(id);
    if (path === undefined) return null;
    if (id !== 'host' && this.devices.paths.get(id) === path) return this.device(id);
    const fault = (found: string): Error => new Error(`${path}: ${found}`);
    return parseProfile(parseJsonText(this.files.readText(path), null, fault), id);
  }

  /**
   * Measured cases of a file; null for those of the package.
   * @throws StudyError for a faulty case, WorkbenchError for what is no JSON
   * @internal
   */
  cases(name: string | null): readonly MeasuredCase[] {
    const { files } = this;
    const none = { text: '{ "cases": [] }', path: 'data/measurements.json' };
    const own = name === null ? null : { text: files.readText(files.pathOf(name)), path: name };
    const { text, path } = own ?? files.data('measurements') ?? none;
    const json = parseJsonText(text, path, (fault) => new WorkbenchError('invalid', fault));
    const cases = parseCases(json, path);
    return own === null ? cases : withKnown(cases, this.cases(null));
  }

  /** @internal */
  impulse(file: string, sessionRateHz: number): ReturnType<SimulationLibrary['impulse']> {
    // Of a missing file: the name of a signal is none of an impulse response.
    const own = this.files.openAudio(this.files.pathOf(file));
    try {
      const { sampleRateHz } = own.format;
      const sound = atRate(own, sessionRateHz);
      const most = Math.min(sound.format.frames, longestImpulse);
      const samples = new Float32Array(most);
      const read = samples.subarray(0, sound.read(samples));
      // Fewer taps a second would be quieter.
      const gain = sampleRateHz / sessionRateHz;
      return { samples: gain === 1 ? read : read.map((tap) => tap * gain), sampleRateHz };
    } finally {
      own.close();
    }
  }

  /** @internal */
  audio(file: string, sessionRateHz: number): ReturnType<SimulationLibrary['audio']> {
    // Of a missing file: the name of a signal is none of an impulse response.
    const own = this.files.openAudio(this.files.pathOf(file));
    const reader = atRate(own, sessionRateHz);
    const read = (into: Float32Array): void => {
      into.fill(0, reader.read(into));
    };
    return { sampleRateHz: own.format.sampleRateHz, signal: { read } };
  }
}
