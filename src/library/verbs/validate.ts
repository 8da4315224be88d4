/** `validate` by name. */
import { engines } from '../../engine/registry.ts';
import { type JudgedFact, judgeFacts } from '../../study/validate/facts.ts';
import { type ValidateResult, validate as validateCases } from '../../study/validate/validate.ts';
import { readCases } from '../measured.ts';
import { type LibraryOptions, libraryFrom } from './options.ts';

export interface ValidateOptions extends LibraryOptions {
  /** Path of a file of measured cases. @default those of the package */
  readonly cases?: string | undefined;
}

export interface Validation extends ValidateResult {
  /** What is known to run and not to run; empty for cases of one's own. */
  readonly facts: readonly JudgedFact[];
}

/**
 * Every measured case beside its prediction and beside a naive model, and what is known to run.
 * @throws StudyError for a faulty case
 */
export const validate = (options: ValidateOptions = {}): Validation => {
  const library = libraryFrom(options);
  const { cases } = options;
  const common = {
    engines,
    models: library.modelIds.map((id) => library.model(id)),
    coreOf: (id: string) => library.core(id),
  };
  const result = validateCases(
    {
      ...common,
      cases: readCases(library.places, cases ?? null),
      deviceOf: (id) => library.device(id),
    },
    library.book,
  );
  const facts =
    cases === undefined ? judgeFacts({ ...common, devices: library.devices() }, library.book) : [];
  return { ...result, facts };
};
