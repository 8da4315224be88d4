/** The cores that devices name. */
import { type CoreCatalogue, loadCores } from '../device/core-catalogue.ts';
import type { Io } from './io.ts';
import { foldersOf } from './places.ts';

export const coreCatalogue = (io: Io): CoreCatalogue => loadCores(foldersOf(io, 'cores'));
