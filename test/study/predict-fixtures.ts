/** What the tests of studies share: the profiles and models that ship, read once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineWords } from '../../src/device/machine-words.ts';
import type { ChipProfile, DeviceProfile } from '../../src/device/profile.ts';
import { engines } from '../../src/engine/registry.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import type { Model } from '../../src/nam/model.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { predict } from '../../src/study/predict/predict.ts';
import type { PredictRequest } from '../../src/study/predict/request.ts';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';

export const root: string = join(import.meta.dirname, '../..');
/** Tests say the same whatever machine they run on. */
const machine: MachineWords = {
  cpuinfo: 'vendor_id : AuthenticAMD\ncpu family : 26\nmodel : 2\nmodel name : AMD EPYC\n',
  topKilohertz: 3_700_000,
  brand: null,
};
const { devices: catalogue, cores } = openWorkbench({ cwd: root, machine });
const models = new Map<string, Model>();

export const allDevices = (): readonly DeviceProfile[] => catalogue.all();
export const device = (id: string): DeviceProfile => catalogue.find(id);
export const coreOf = (id: string): CoreProfile => cores.find(id);

export const chipOf = (id: string): ChipProfile => {
  const { chip } = catalogue.find(id);
  if (chip === null) throw new Error(`${id} has no chip`);
  return chip;
};

export const model = (id: string): Model => {
  const known = models.get(id);
  if (known !== undefined) return known;
  const path = `models/${id}.nam`;
  const made = parseModel(readFileSync(join(root, path), 'utf8'), path);
  models.set(id, made);
  return made;
};

/** Shared, because tests ask for the same costs again and again. */
export const cache: CostCache = new CostCache();

export const rowsOf = (
  modelId: string,
  devices: readonly (string | DeviceProfile)[],
  options: Partial<PredictRequest> = {},
): readonly PredictRow[] =>
  predict(
    {
      models: [model(modelId)],
      devices: devices.map((d) => (typeof d === 'string' ? device(d) : d)),
      engines,
      coreOf,
      ...options,
    },
    cache,
  ).rows;

export const rowOf = (
  modelId: string,
  on: string | DeviceProfile,
  options: Partial<PredictRequest> = {},
): PredictRow => {
  const rows = rowsOf(modelId, [on], options);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, got ${rows.length}`);
  return row;
};
