import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { bytesKey, ContentHash, canonicalJson, contentKey } from '../../src/units/content-key.ts';

test('the order of keys and fields that are undefined are no content', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
  expect(contentKey({ a: 1, b: undefined })).toBe(contentKey({ a: 1 }));
});

test('one value that differs is other content', () => {
  const values = [
    ...[null, 0, '0', 'null', NaN, 'NaN', Infinity, [], {}, [0], [[0]], { a: 0 }, { a: '0' }],
    ...[new Float32Array([1, 2]), new Float32Array([2, 1]), new Uint8Array([1, 2])],
    ...[[1, 2], new Map([['a', 1]]), { a: new Map([['a', 2]]) }],
  ];
  expect(new Set(values.map(contentKey)).size).toBe(values.length);
});

test('a key is the SHA-256 that every other tool finds, in one piece and in many', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) & 0xff);
  const hash = new ContentHash();
  for (let at = 0; at < bytes.length; at += 999) hash.add(bytes.subarray(at, at + 999));
  const key = createHash('sha256').update(bytes).digest('hex');
  expect(bytesKey(bytes)).toBe(key);
  expect(hash.key()).toBe(key);
});
