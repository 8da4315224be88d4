/** Measured cases: those of the package, or of a file. */
import { type MeasuredCase, parseCases } from '../study/validate/cases.ts';
import { parseJsonText } from '../units/json-text.ts';
import type { Files } from './files.ts';
import { WorkbenchError } from './workbench-error.ts';

/** @param name null for those of the package. Throws `StudyError` for a faulty case, `WorkbenchError` for what is no JSON. */
export const readCases = (files: Files, name: string | null): readonly MeasuredCase[] => {
  const none = { text: '{ "cases": [] }', path: 'data/measurements.json' };
  const { text, path } =
    name === null
      ? (files.data('measurements') ?? none)
      : { text: files.readText(files.pathOf(name)), path: name };
  const document = parseJsonText(
    text,
    (found) => new WorkbenchError('invalid', `${path}: expected JSON, got ${found}.`),
  );
  return parseCases(document, path);
};
