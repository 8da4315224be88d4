/** The cores that devices name. */
import { type CoreCatalogue, loadCores } from '../device/core-catalogue.ts';
import { foldersOf, type Places } from './places.ts';

export const coreCatalogue = (places: Places): CoreCatalogue =>
  loadCores(foldersOf(places, 'cores'));
