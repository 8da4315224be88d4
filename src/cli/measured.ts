/** The measurements that the package carries, and what they make of a prediction's confidence. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuredPairsOf } from '../study/validate.ts';
import { type MeasuredCase, parseCases } from '../study/validate-cases.ts';
import type { MeasuredPair } from '../study/verdict.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { pathFrom } from './places.ts';

/** Throws `StudyError` for a faulty case, `CliError` for what is no JSON. */
export const readCases = (io: Io, path: string | null): readonly MeasuredCase[] => {
  const file = path === null ? join(io.packageRoot, 'data/measurements.json') : pathFrom(io, path);
  const text = readFileSync(file, 'utf8');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new CliError('invalid', `${path ?? file}: not JSON: ${(error as Error).message}`);
  }
  return parseCases(document, path ?? file);
};

export const measuredPairs = (io: Io): readonly MeasuredPair[] =>
  measuredPairsOf(readCases(io, null));
