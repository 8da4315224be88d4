/** A hash of a model at one width: its architecture and its weights. Tells a stale baseline. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Network } from '../../nam/network.ts';

const memo = new WeakMap<Network, string>();

export const fingerprint = (network: Network): string => {
  const known = memo.get(network);
  if (known !== undefined) return known;
  const hash = sha256.create();
  const arrays: Float32Array[] = [];
  const shape = JSON.stringify(network, (_, value: unknown) => {
    if (!(value instanceof Float32Array)) return value;
    arrays.push(value);
    return value.length;
  });
  hash.update(new TextEncoder().encode(shape));
  for (const values of arrays) {
    // Little-endian on every host, so that the hash is.
    const view = new DataView(new ArrayBuffer(values.length * 4));
    values.forEach((value, i) => {
      view.setFloat32(i * 4, value, true);
    });
    hash.update(new Uint8Array(view.buffer));
  }
  const text = bytesToHex(hash.digest()).slice(0, 16);
  memo.set(network, text);
  return text;
};
