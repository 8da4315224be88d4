/** Counts of compiled code are data: whole, of classes that exist, and with where they come from. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { instructionClasses } from '../../src/kernel/instruction-class.ts';

const engines = resolve(import.meta.dirname, '../../src/engine');
const files = readdirSync(engines, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('compiled-code.json'),
);

const text = z.string().min(2);
const provenance = z.strictObject({
  library: text,
  version: text,
  commit: z
    .string()
    .regex(/^[0-9a-f]{7}$/)
    .optional(),
  compiler: text,
  flags: text,
  counted: text,
  notes: z.record(z.string(), text),
  code: z.record(z.string(), z.unknown()),
  shapes: z.record(z.string(), z.unknown()).optional(),
});

/** The objects that hold only numbers, each with where it is; parts that have no counts are empty. */
const bodiesOf = (path: string, value: unknown): (readonly [string, object])[] => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const entries = Object.entries(value);
  if (entries.every(([, count]) => typeof count === 'number')) return [[path, value]];
  return entries.flatMap(([name, part]) => bodiesOf(`${path}.${name}`, part));
};

describe.each(files)('%s', (file) => {
  const document: unknown = JSON.parse(readFileSync(join(engines, file), 'utf8'));

  test('names library, compiler, flags and how it was counted', () => {
    expect(provenance.safeParse(document).error).toBeUndefined();
  });

  test('counts instructions of known classes', () => {
    const bodies = bodiesOf('code', provenance.parse(document).code);
    expect(bodies.length).toBeGreaterThan(1);
    const unknown = bodies.flatMap(([path, body]) =>
      Object.entries(body)
        .filter(
          ([name, count]) => !instructionClasses.some((known) => known === name) || count === 0,
        )
        .map(([name, count]) => `${path}: ${name} ${count}`),
    );
    expect(unknown).toEqual([]);
  });
});

test('counted libraries have a file each', () => {
  expect(files.map(dirname).sort()).toEqual([
    'convolver',
    'eigen',
    'libc',
    'nam-core',
    'nam-core-a2fast',
    'nam-core-inline',
    'neural-audio',
    'planar-neon',
    'resampler',
    'speex',
    'tmp-nam',
  ]);
});
