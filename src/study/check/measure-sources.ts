/** Where the measuring of budgets finds what they name. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model, Width } from '../../nam/model.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { SimulationLibrary } from '../simulate/library.ts';

/** What `check` needs from the edge of the house. */
export interface MeasureSources {
  /** What scenarios name. */
  readonly library: SimulationLibrary;
  /** As budgets name them. Each throws an error that says what there is, where the name is unknown. */
  model(name: string): Model;
  device(name: string): DeviceProfile;
  scenario(name: string): readonly Job[];
  /** Error-to-signal ratio of each width label against the full width on a WAV file. */
  esrToFull(
    model: Model,
    widths: readonly Width[],
    audio: string,
  ): Promise<ReadonlyMap<string, number | null>>;
}
