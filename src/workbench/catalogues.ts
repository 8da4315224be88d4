/** Everything that has a name: models, devices, cores and scenarios, each read when it is first asked for. */
import QuickLRU from 'quick-lru';
import { signalSound } from '../audio/signal-sound.ts';
import type { Sound } from '../audio/sound.ts';
import { machineAtHand } from '../device/machine-at-hand.ts';
import type { MachineWords } from '../device/machine-words.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import type { Model } from '../nam/model.ts';
import { memoize } from '../units/memoize.ts';
import type { Files, Shelf } from './files.ts';
import { type FoundScenario, readCore, readDevice, readModel, readScenario } from './read-named.ts';
import { jsonOf } from './workbench-error.ts';

type Read<T> = (name: string, listed: string | undefined) => T;

/** Things by id, or by the path of a file: models, devices or cores of a workbench. */
export class Catalogue<T> {
  readonly #files: Files;
  readonly #shelf: Shelf;
  readonly #read: Read<T>;
  readonly #known: QuickLRU<string, T>;
  #paths: ReadonlyMap<string, string> | null = null;

  /**
   * @param read makes the thing of this name; `listed` is its path where the name is an id
   * @param most more are read again: a folder of a thousand models is not held
   * @internal
   */
  constructor(files: Files, shelf: Shelf, read: Read<T>, most = 256) {
    this.#files = files;
    this.#shelf = shelf;
    this.#read = read;
    this.#known = new QuickLRU({ maxSize: most });
  }

  /** By id. */
  get paths(): ReadonlyMap<string, string> {
    this.#paths ??= this.#files.list(this.#shelf);
    return this.#paths;
  }

  get ids(): readonly string[] {
    return [...this.paths.keys()].sort();
  }

  /** Of every id, each read when it is first asked for. */
  all(): readonly T[] {
    return this.ids.map((id) => this.find(id));
  }

  /** @throws with the nearest ids where the name is unknown */
  find(name: string): T {
    return memoize(this.#known, name, () => this.#read(name, this.paths.get(name)));
  }
}

/** Everything that a workbench finds by name. */
export class Catalogues {
  /** @internal */
  readonly files: Files;
  readonly models: Catalogue<Model>;
  readonly devices: Catalogue<DeviceProfile>;
  readonly cores: Catalogue<CoreProfile>;
  #scenarioPaths: ReadonlyMap<string, string> | null = null;
  readonly #checked = new WeakMap<object, { readonly text: string; readonly value: unknown }>();
  readonly #paths = new WeakMap<object, string>();

  /** @param machine what the system says of the machine, asked for `host` only; null where nothing can. @internal */
  constructor(files: Files, machine: () => MachineWords | null = () => null) {
    this.files = files;
    const modelOf = (name: string, listed?: string): Model =>
      readModel(files, name, listed, () => [...this.models.paths.keys()]);
    // Models are the largest of what is read.
    this.models = new Catalogue(files, 'models', modelOf, 32);
    this.devices = new Catalogue(files, 'devices', (name, listed) => {
      const read = readDevice(files, name, listed, () => this.devices.ids);
      // The shipped `host` describes no machine until the system has said which; a copy describes itself.
      const isHost = read.id === 'host' && listed === files.packaged('devices').get('host');
      const device = isHost ? machineAtHand(read, machine(), (id) => this.device(id)) : read;
      return this.#from(listed ?? name, this.#trusted(device));
    });
    this.cores = new Catalogue(files, 'cores', (id, listed) =>
      this.#trusted(readCore(files, id, listed, () => this.cores.ids)),
    );
  }

  /** What was read here need not be checked again when it is handed in. */
  #trusted<T extends object>(value: T): T {
    this.#checked.set(value, { text: JSON.stringify(value), value });
    return value;
  }

  #from<T extends object>(path: string, value: T): T {
    this.#paths.set(value, path);
    return value;
  }

  /** The file of a profile that was read here, as a reader in the caller's place would write it; null of any other. */
  pathOf(device: DeviceProfile): string | null {
    const path = this.#paths.get(device);
    return path === undefined ? null : this.files.shown(path);
  }

  /** `changed` was made of `device` for one call and stands for the same file. @internal */
  standsFor(changed: DeviceProfile, device: DeviceProfile): DeviceProfile {
    const path = this.#paths.get(device);
    return path === undefined ? changed : this.#from(path, changed);
  }

  /** What an object of the caller's was parsed to; once, as long as it holds the same. @internal */
  checked<T>(object: object, what: string, parse: (what: string) => T): T {
    const text = jsonOf(object, what);
    const known = this.#checked.get(object);
    // Parsed from this very object: it has the type that its parser gave.
    if (known?.text === text) return known.value as T;
    const value = parse(what);
    this.#checked.set(object, { text, value });
    return value;
  }

  get scenarioPaths(): ReadonlyMap<string, string> {
    this.#scenarioPaths ??= this.files.list('scenarios');
    return this.#scenarioPaths;
  }

  /** @throws ModelError, WorkbenchError with the nearest names */
  model(name: string): Model {
    return this.models.find(name);
  }

  /** @throws DeviceError, with the nearest ids */
  device(name: string): DeviceProfile {
    return this.devices.find(name);
  }

  /** @throws DeviceError, with the nearest ids */
  core(id: string): CoreProfile {
    return this.cores.find(id);
  }

  /** @throws ScenarioError, WorkbenchError with the nearest names */
  scenario(name: string, seed?: number): FoundScenario {
    return readScenario(this.files, name, this.scenarioPaths, seed);
  }

  /**
   * A WAV file, or a built-in signal by its name where no such file is there, at the rate that is asked.
   * @throws WavError
   * @internal
   */
  openAudio(name: string, sampleRateHz?: number): Sound {
    const path = this.files.pathOf(name);
    const signal = this.files.exists(path) ? null : signalSound(name, sampleRateHz);
    return signal ?? this.files.openAudio(path);
  }
}
