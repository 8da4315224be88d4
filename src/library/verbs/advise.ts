/** `advise` by name. */
import { engines } from '../../engine/registry.ts';
import { type Advice, type AdviseRequest, advise as adviseOn } from '../../study/advise/advise.ts';
import {
  type DeviceName,
  devicesFrom,
  type LibraryOptions,
  libraryFrom,
  type ModelName,
  modelFrom,
} from './options.ts';

export interface AdviseOptions
  extends LibraryOptions,
    Omit<AdviseRequest, 'model' | 'devices' | 'engines' | 'coreOf' | 'measured'> {
  /** @default 'all' */
  readonly devices?: DeviceName | readonly DeviceName[] | undefined;
}

/**
 * For every device the widest width that fits one, two and three copies with the margin, how far each
 * width is from each limit, and for near misses the smallest changes to the architecture.
 * @throws ModelError, DeviceError, LibraryError for names that mean nothing
 */
export const advise = (model: ModelName, options: AdviseOptions = {}): Advice => {
  const { cwd: _, library: __, devices, ...request } = options;
  const library = libraryFrom(options);
  return adviseOn(
    {
      ...request,
      model: modelFrom(library, model),
      devices: devicesFrom(library, devices),
      engines,
      coreOf: (id) => library.core(id),
      measured: library.measured,
    },
    library.book,
  );
};
