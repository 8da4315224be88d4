/**
 * What something holds, as a key: SHA-256 over canonical JSON. Equal content has equal keys on every host and in
 * browsers, whatever it is called and in whatever order its keys stand. Caches, journals, shards and baselines use it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Element-wise, so that a big-endian host hashes the bytes of all others. */
export const littleEndian = (values: Float32Array): Uint8Array => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i += 1) view.setFloat32(4 * i, values[i] as number, true);
  return new Uint8Array(view.buffer);
};

/** SHA-256 of bytes, 64 hexadecimal digits. */
export const bytesKey = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** SHA-256 of a text's UTF-8. */
export const textKey = (text: string): string => bytesKey(utf8ToBytes(text));

/**
 * The same text for the same content: keys sorted, fields that are undefined left out, arrays of bytes and of
 * floats by the key of what they hold. Functions have no content.
 */
export const canonicalJson = (value: unknown): string => {
  // JSON has no word for what is not finite, and `null` would be the same content as nothing.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof Float32Array) return `f32:${bytesKey(littleEndian(value))}`;
  if (value instanceof Uint8Array) return `u8:${bytesKey(value)}`;
  if (value instanceof Map || value instanceof Set) return canonicalJson([...value]);
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(fields).sort()) {
    if (fields[name] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(fields[name])}`;
  }
  return `{${text}}`;
};

/**
 * The key of any plain data: 64 hexadecimal digits.
 * @example contentKey({ a: 1, b: 2 }) === contentKey({ b: 2, a: 1 })
 */
export const contentKey = (value: unknown): string => textKey(canonicalJson(value));

/** Content that comes in pieces, as sound and the blocks of a run do. */
export class ContentHash {
  readonly #hash = sha256.create();

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** 64 hexadecimal digits of what was added so far; more may follow. */
  key(): string {
    return bytesToHex(this.#hash.clone().digest());
  }
}
