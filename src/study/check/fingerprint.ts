/** A hash of a model at one width: its architecture and its weights. Tells a stale baseline. */
import type { Network } from '../../nam/network.ts';
import { ContentHash } from '../../units/content-key.ts';
import { remember } from '../../units/remember.ts';

const known = new WeakMap<Network, string>();

export const fingerprint = (network: Network): string =>
  remember(known, network, () => {
    const hash = new ContentHash();
    const arrays: Float32Array[] = [];
    const shape = JSON.stringify(network, (_, value: unknown) => {
      if (!(value instanceof Float32Array)) return value;
      arrays.push(value);
      return value.length;
    });
    hash.add(new TextEncoder().encode(shape));
    for (const values of arrays) {
      // Little-endian on every host, so that the hash is.
      const view = new DataView(new ArrayBuffer(values.length * 4));
      for (const [i, value] of values.entries()) view.setFloat32(i * 4, value, true);
      hash.add(new Uint8Array(view.buffer));
    }
    return hash.key().slice(0, 16);
  });
