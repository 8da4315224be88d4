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
export const partOf = (of: Shard, keys: InputKeys, rows: Iterable<unknown>, rest: object): Part => {
  const seal = new Seal();
  for (const row of rows) seal.row(row);
  return sealed(seal, of, keys, rest);
};

/** The same of rows that went by. */
export const sealed = (seal: Seal, { part, of }: Shard, inputs: InputKeys, rest: object): Part => {
  const shard = `${part}/${of}`;
  return { shard, inputs, content: seal.close({ ...rest, shard, inputs }) };
};

/** Parts that cannot be joined, as a sentence. */
class JoinError extends Error {
  override readonly name = 'JoinError';
  readonly code = 'bad-merge';
}

/** A document as a file holds it, its rows apart. */
export interface PartFile {
  /** For messages. */
  readonly from: string;
  readonly kind: string;
  readonly version: string;
  /** The document without its rows and its part. */
  readonly rest: Readonly<Record<string, unknown>>;
  readonly part: Part | null;
  rows(): Iterable<unknown>;
}

const differing = (a: InputKeys, b: InputKeys): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]);

const checkAlike = (first: PartFile, other: PartFile): void => {
  const expected = (what: string): JoinError =>
    new JoinError(
      `${other.from}: expected a part of the same ${what} as ${first.from}. Make all parts of the same files.`,
    );
  if (other.kind !== first.kind) throw expected(`kind (${first.kind})`);
  if (other.version !== first.version) throw expected(`version (${first.version})`);
  const wrong = differing(first.part?.inputs ?? {}, other.part?.inputs ?? {});
  if (wrong.length > 0) throw expected(wrong.join(' and '));
};

const checkContent = (file: PartFile, shard: Shard): void => {
  const { part, rest, from } = file;
  if (part === null || partOf(shard, part.inputs, file.rows(), rest).content === part.content)
    return;
  throw new JoinError(`${from}: was changed after it was written. Make this part again.`);
};

const mostNamed = 8;

/** The first of what is missing. */
export const missingText = (missing: readonly number[]): string =>
  `missing: ${missing.slice(0, mostNamed).join(', ')}${missing.length > mostNamed ? ', ...' : ''}`;

/**
 * The parts in their order.
 * @throws JoinError where they are of other inputs, were edited, overlap, or leave something out
 */
export const joined = (files: readonly PartFile[]): readonly PartFile[] => {
  const [first] = files;
  if (first === undefined) throw new JoinError('Expected at least one part, got none.');
  const byPart = new Map<number, PartFile>();
  let of = 0;
  for (const file of files) {
    const shard = parseShard(file.part?.shard ?? '');
    if (shard === null) {
      throw new JoinError(`${file.from}: expected what --shard I/N gave, got a whole result.`);
    }
    checkAlike(first, file);
    of ||= shard.of;
    if (shard.of !== of) {
      throw new JoinError(`${file.from}: expected one of ${of} parts, got one of ${shard.of}.`);
    }
    const before = byPart.get(shard.part);
    if (before !== undefined) {
      throw new JoinError(
        `${file.from}: part ${shard.part} is also in ${before.from}. Give each part once.`,
      );
    }
    byPart.set(shard.part, file);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((i) => !byPart.has(i));
  if (missing.length > 0) {
    throw new JoinError(`Expected all ${of} parts, got ${byPart.size}; ${missingText(missing)}.`);
  }
  for (const [part, file] of byPart) checkContent(file, { part, of });
  return [...byPart].sort(([a], [b]) => a - b).map(([, file]) => file);
};
