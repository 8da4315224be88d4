/** What a simulation looks up by name. A workbench makes one from files. */
import type { Signal } from '../../audio/signals.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';

export interface SimulationLibrary {
  readonly engines: readonly Engine[];
  /** Each throws an error that says what there is, where the name is unknown. */
  device(name: string): DeviceProfile;
  core(id: string): CoreProfile;
  model(name: string): Model;
  /** A short WAV file at the session's rate, as loud as it was; `sampleRateHz` is the file's own. */
  impulse(
    file: string,
    sessionRateHz: number,
  ): { readonly samples: Float32Array; readonly sampleRateHz: number };
  /** A WAV file as a stream at the session's rate, followed by silence; `sampleRateHz` is the file's own. */
  audio(
    file: string,
    sessionRateHz: number,
  ): { readonly signal: Signal; readonly sampleRateHz: number };
}
