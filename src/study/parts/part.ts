/**
 * A part of a result, as `--shard I/N` gives it: which part it is, what the whole was made from, and a digest of what
 * it holds, so that parts of other things are not joined and an edited one is seen.
 */
import { ContentHash } from '../../units/content-key.ts';

export interface Shard {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

/** '2/3' is the second of three; null where it is none. */
export const parseShard = (text: string): Shard | null => {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const part = Number(match?.[1]);
  const of = Number(match?.[2]);
  return match !== null && part >= 1 && part <= of ? { part, of } : null;
};

/** The part of a list, so that the parts one after the other are the list. */
export const sliceOf = <T>(list: readonly T[], shard: Shard | null): readonly T[] =>
  shard === null
    ? list
    : list.slice(
        Math.floor((list.length * (shard.part - 1)) / shard.of),
        Math.floor((list.length * shard.part) / shard.of),
      );

/** By what it is ('models', 'profiles', ...), a key of what the whole was made from. */
export type InputKeys = Readonly<Record<string, string>>;

export interface Part {
  /** '2/4'. */
  readonly shard: string;
  readonly inputs: InputKeys;
  /** A digest of the rows and of the rest of the document. */
  readonly content: string;
}

/** What the digest is made of, row by row: text that any reader of the document gets again. */
export class Seal {
  readonly #hash = new ContentHash();

  row(row: unknown): void {
    this.#hash.add(new TextEncoder().encode(`${JSON.stringify(row)}\n`));
  }

  /** @param rest of the document, without the rows and without the digest */
  close(rest: unknown): string {
    this.row(rest);
    return this.#hash.key();
  }
}

/** The part of a document whose rows are at hand. */
export const partOf = (
  shard: Shard,
  inputs: InputKeys,
  rows: Iterable<unknown>,
  rest: object,
): Part => {
  const seal = new Seal();
  for (const row of rows) seal.row(row);
  return sealed(seal, shard, inputs, rest);
};

/** The same of rows that went by. */
export const sealed = (seal: Seal, { part, of }: Shard, inputs: InputKeys, rest: object): Part => {
  const shard = `${part}/${of}`;
  return { shard, inputs, content: seal.close({ ...rest, shard, inputs }) };
};
