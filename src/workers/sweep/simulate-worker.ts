/** The worker: one task is one simulation from beginning to end. */
import { traceHeader } from '../../pedal/trace.ts';
import { play, prepare } from '../../study/simulate/simulate.ts';
import type { Places } from '../../workbench/places.ts';
import { workbenchAt } from '../workbench-at.ts';
import type { JournalEntry } from './journal.ts';
import { jobFolder, RunFiles } from './run-files.ts';
import type { NumberedJob } from './shard.ts';

export interface SimulationTask {
  readonly job: NumberedJob;
  /** Where what it names is looked for. */
  readonly places: Places;
  /** Null: nothing but the result. */
  readonly out: { readonly folder: string; readonly audio: boolean } | null;
}

const runTask = ({ job, places, out }: SimulationTask): JournalEntry => {
  const workbench = workbenchAt(places);
  let files: RunFiles | null = null;
  const onAudio = (block: Float32Array): void => files?.sound(block);
  const options = { cache: workbench.costs, ...(out?.audio ? { onAudio } : {}) };
  const simulation = prepare(job, workbench, options);
  if (out === null) return { result: play(simulation, job.index), files: {} };
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
