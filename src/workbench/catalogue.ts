/** Things by id, or by the path of a file; each is read when it is first asked for. */
import { BoundedMap } from '../units/bounded-map.ts';
import { remember } from '../units/remember.ts';
import type { Files, Shelf } from './files.ts';

export class Catalogue<T> {
  readonly #files: Files;
  readonly #shelf: Shelf;
  readonly #read: (name: string, listed: string | undefined) => T;
  readonly #known: BoundedMap<string, T>;
  #paths: ReadonlyMap<string, string> | null = null;

  /**
   * @param read makes the thing of this name; `listed` is its path where the name is an id
   * @param most more are read again: a folder of a thousand models is not held
   */
  constructor(
    files: Files,
    shelf: Shelf,
    read: (name: string, listed: string | undefined) => T,
    most = 256,
  ) {
    this.#files = files;
    this.#shelf = shelf;
    this.#read = read;
    this.#known = new BoundedMap(most);
  }

  /** By id. */
  get paths(): ReadonlyMap<string, string> {
    this.#paths ??= this.#files.list(this.#shelf);
    return this.#paths;
  }

  get ids(): readonly string[] {
    return [...this.paths.keys()].sort();
  }

  all(): readonly T[] {
    return this.ids.map((id) => this.find(id));
  }

  /** @throws with the nearest ids where the name is unknown */
  find(name: string): T {
    return remember(this.#known, name, () => this.#read(name, this.paths.get(name)));
  }
}
