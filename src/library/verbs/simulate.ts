/** `run` by name, one simulation after the other in this thread. */
import type { BlockRecord } from '../../pedal/record.ts';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { simulate as simulateJob } from '../../study/simulate/simulate.ts';
import { jobsFrom, type LibraryOptions, libraryFrom, type ScenarioName } from './options.ts';

export interface SimulateOptions extends LibraryOptions {
  /** In place of the scenario's own. */
  readonly seed?: number | undefined;
  /** Sees every block, in one record that is used again. */
  readonly onBlock?: ((record: BlockRecord) => void) | undefined;
  /** Gets the audio, block by block, in an array that is used again; without it nothing is rendered. */
  readonly onAudio?: ((block: Float32Array) => void) | undefined;
}

/**
 * Plays a scenario on its virtual pedal; one result a combination of its lists. The same digest on
 * every host.
 * @throws ScenarioError, LibraryError, DeviceError, ModelError for what it names
 */
export const simulate = (
  scenario: ScenarioName,
  options: SimulateOptions = {},
): readonly RunResult[] => {
  const library = libraryFrom(options);
  const { onBlock, onAudio } = options;
  return jobsFrom(library, scenario, options.seed).map((job, index) =>
    simulateJob(job, library, { index, onBlock, onAudio, book: library.book }),
  );
};
