/**
 * Where a workbench reads. `folder-files.ts` has folders of files, `data-files.ts` plain data; nothing
 * else of a workbench knows which.
 */
import type { Sound } from '../audio/sound.ts';

/** The kinds of files that have ids. */
export type Shelf = 'models' | 'devices' | 'cores' | 'scenarios';

export interface Files {
  /** Paths by id, in the order in which they are listed. */
  list(shelf: Shelf): ReadonlyMap<string, string>;
  /** The same of what the package brings, whatever stands before it. */
  packaged(shelf: Shelf): ReadonlyMap<string, string>;
  /** The path of what a caller wrote. */
  pathOf(name: string): string;
  /** The path of a name that stands in a file: relative to that file. */
  beside(path: string, name: string): string;
  exists(path: string): boolean;
  /** A path as a reader in the caller's place would write it. */
  shown(path: string): string;
  /** @throws an error with a `code` where it cannot be read */
  readText(path: string): string;
  /** Bytes; null of a folder. */
  sizeOf(path: string): number | null;
  /** @throws WavError */
  openAudio(path: string): Sound;
  /** A document of the package's `data/`, by its name without an ending; null where there is none. */
  data(name: string): { readonly text: string; readonly path: string } | null;
  /** What `tools/known-rows.ts` wrote when this package was built; null where nothing is. */
  knownRows(): string | null;
}
