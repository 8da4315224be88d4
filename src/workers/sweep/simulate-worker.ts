/** The worker: one task is one simulation from beginning to end. */

import { type LibraryFiles, openLibrary } from '../../library/open-library.ts';
import { traceHeader } from '../../pedal/trace.ts';
import { CostBook } from '../../study/cost/cost-cache.ts';
import type { SimulationLibrary } from '../../study/simulate/library.ts';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { play, prepare } from '../../study/simulate/simulate.ts';
import { jobFolder, RunFiles } from './run-files.ts';
import type { NumberedJob } from './shard.ts';

export interface SimulationTask {
  readonly job: NumberedJob;
  readonly library: LibraryFiles;
  /** Null: nothing but the result. */
  readonly out: { readonly folder: string; readonly audio: boolean } | null;
}

/** What is read and lowered serves the next task too, as long as it looks in the same places. */
let opened: { readonly key: string; readonly library: SimulationLibrary; book: CostBook } | null =
  null;

const open = (files: LibraryFiles): { library: SimulationLibrary; book: CostBook } => {
  const key = JSON.stringify(files);
  if (opened?.key !== key) opened = { key, library: openLibrary(files), book: new CostBook() };
  return opened;
};

export const runTask = ({ job, library: places, out }: SimulationTask): RunResult => {
  const { library, book } = open(places);
  let files: RunFiles | null = null;
  const onAudio = (block: Float32Array): void => files?.sound(block);
  const options = { book, ...(out?.audio ? { onAudio } : {}) };
  const simulation = prepare(job, library, options);
  if (out === null) return play(simulation, job.index);
  const { setup } = simulation;
  const names = setup.slots.map((slot) => slot.name);
  const header = traceHeader(setup.graph, names, setup.clockHz, setup.sampleRateHz);
  files = new RunFiles(jobFolder(out.folder, job), header, out.audio);
  try {
    return files.finish(play(simulation, job.index, (record) => files?.block(record)));
  } catch (error) {
    files.abort();
    throw error;
  }
};

export default runTask;
