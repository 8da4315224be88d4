/** `predict` by name. */
import { engines } from '../../engine/registry.ts';
import { predict as predictRows } from '../../study/predict/predict.ts';
import type { PredictRequest } from '../../study/predict/request.ts';
import type { PredictResult } from '../../study/predict/row.ts';
import {
  type DeviceName,
  devicesFrom,
  type LibraryOptions,
  libraryFrom,
  type ModelName,
  modelFrom,
} from './options.ts';

export interface PredictOptions
  extends LibraryOptions,
    Omit<PredictRequest, 'models' | 'devices' | 'engines' | 'coreOf' | 'measured'> {
  /** @default 'all' */
  readonly devices?: DeviceName | readonly DeviceName[] | undefined;
}

/**
 * Which widths of which models run on which devices: one row a combination of model, width, device,
 * engine, block and copies. Cycles are per sample and of all copies together; loads are shares of one
 * audio core after what the device keeps for itself.
 * @throws ModelError, DeviceError, LibraryError, StudyError for names and numbers that mean nothing
 */
export const predict = (
  models: ModelName | readonly ModelName[],
  options: PredictOptions = {},
): PredictResult => {
  const { cwd: _, library: __, devices, ...request } = options;
  const library = libraryFrom(options);
  const list = Array.isArray(models) ? (models as readonly ModelName[]) : [models as ModelName];
  return predictRows(
    {
      ...request,
      models: list.map((model) => modelFrom(library, model)),
      devices: devicesFrom(library, devices),
      engines,
      coreOf: (id) => library.core(id),
      measured: library.measured,
    },
    library.book,
  );
};
