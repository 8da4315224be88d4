/** The content of everything that runs read: a journal or a shard of other content is of other runs. */
import type { Job } from '../../scenario/parse-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { bytesKey, contentKey } from '../../units/content-key.ts';
import { readBytes } from '../../units/read-text.ts';
import type { Workbench } from '../../workbench/workbench.ts';

const modelsOf = ({ slots, events }: Scenario): (string | undefined)[] => [
  ...slots.map((slot) => slot.model),
  ...(events ?? []).map((event) => event.model),
];

const soundsOf = ({ slots, audio }: Scenario): (string | undefined)[] => [
  ...slots.map((slot) => slot.ir?.file),
  audio?.file,
];

const distinct = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined).sort();

/** Of all jobs of a sweep, also those of other shards. `version` is that of the tool. */
export const inputsKey = (workbench: Workbench, jobs: readonly Job[], version: string): string => {
  const { files, models } = workbench;
  const scenarios = jobs.map((job) => job.scenario);
  const devices = distinct(scenarios.map(({ device }) => device)).map((name) =>
    workbench.device(name),
  );
  const coreIds = devices.flatMap(({ chip }) => chip?.clusters.map((c) => c.coreId) ?? []);
  const modelTexts = distinct(scenarios.flatMap(modelsOf)).map((name) => {
    // A name that means nothing is refused here.
    models.find(name);
    return [name, files.readText(models.paths.get(name) ?? files.pathOf(name))];
  });
  const sounds = distinct(scenarios.flatMap(soundsOf)).map((name) => [
    name,
    bytesKey(readBytes(files.pathOf(name))),
  ]);
  const cores = distinct(coreIds).map((id) => workbench.core(id));
  return contentKey({ version, devices, cores, models: modelTexts, sounds });
};
