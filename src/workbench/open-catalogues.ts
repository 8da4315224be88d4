/** What has a name, for commands that list it and work nothing out. */
import { Catalogues } from './catalogues.ts';
import { folderFiles } from './folder-files.ts';
import type { Places } from './places.ts';
import { readMachine } from './read-machine.ts';

export const openCatalogues = (places: Places): Catalogues =>
  new Catalogues(folderFiles(places), () => places.machine ?? readMachine());
