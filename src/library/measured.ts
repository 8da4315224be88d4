/** The measurements that the package carries, and what they make of a prediction's confidence. */
import { join } from 'node:path';
import type { MeasuredPair } from '../study/predict/verdict.ts';
import { type MeasuredCase, measuredPairsOf, parseCases } from '../study/validate/cases.ts';
import { parseJsonText } from '../units/json-text.ts';
import { readText } from '../units/read-text.ts';
import { LibraryError } from './library-error.ts';
import { type Places, pathFrom } from './places.ts';

/** Throws `StudyError` for a faulty case, `LibraryError` for what is no JSON. */
export const readCases = (places: Places, path: string | null): readonly MeasuredCase[] => {
  const file =
    path === null ? join(places.packageRoot, 'data/measurements.json') : pathFrom(places, path);
  const document = parseJsonText(
    readText(file),
    (found) => new LibraryError('invalid', `${path ?? file}: expected JSON, got ${found}.`),
  );
  return parseCases(document, path ?? file);
};

export const measuredPairs = (places: Places): readonly MeasuredPair[] =>
  measuredPairsOf(readCases(places, null));
