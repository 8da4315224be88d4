/** Files that are data in memory: what a workbench reads where there are no folders. */
import type { Sound } from '../audio/sound.ts';
import type { Files, Shelf } from './files.ts';
import { WorkbenchError } from './workbench-error.ts';

/** Documents by path (`models/my.nam`, `devices/mod-dwarf.json`), as text or as what their JSON means. */
export type Documents = ReadonlyMap<string, string | object>;

export interface WorkbenchData {
  /** The caller's own; they stand before those of the package. */
  readonly documents: Documents;
  /** What the package ships, `data/measurements.json` included: only its profiles can be `validated`. @default nothing */
  readonly packaged?: Documents | undefined;
  /** Sound by the name that a scenario gives; null for none. */
  readonly openAudio?: ((name: string) => Sound | null) | undefined;
}

const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');

const listed = (shelf: Shelf, ...documents: readonly Documents[]): ReadonlyMap<string, string> => {
  const paths = documents.flatMap((held) => [...held.keys()]);
  const here = paths.filter((path) => path.startsWith(`${shelf}/`)).sort();
  return new Map(here.map((path) => [idOf(path), path]));
};

/** @param data read when it is asked for, so that documents may be added later */
export const dataFiles = ({ documents, packaged = new Map(), openAudio }: WorkbenchData): Files => {
  const find = (path: string) => documents.get(path) ?? packaged.get(path);
  const text = (path: string): string => {
    const document = find(path);
    if (document === undefined)
      throw new WorkbenchError('not-found', `${path}: no such file here.`);
    return typeof document === 'string' ? document : JSON.stringify(document);
  };
  return {
    list: (shelf) => listed(shelf, packaged, documents),
    packaged: (shelf) => listed(shelf, packaged),
    pathOf: (name) => name,
    beside: (path, name) => path.replace(/[^/]*$/, name),
    exists: (path) => find(path) !== undefined,
    shown: (path) => path,
    readText: text,
    sizeOf: (path) => text(path).length,
    openAudio: (path) => {
      const sound = openAudio?.(path) ?? null;
      if (sound !== null) return sound;
      throw new WorkbenchError('not-found', `${path}: no such sound here. Name a signal instead.`);
    },
    data: (name) => {
      const path = `data/${name}.json`;
      return find(path) === undefined ? null : { text: text(path), path };
    },
    // Data in memory comes without the rows of a build; the page fetches its own.
    knownRows: () => null,
  };
};
