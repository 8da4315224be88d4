/**
 * Verdicts where no chip is published: cheaper than something known to run fits, dearer than something
 * known to be refused is over, in between is unknown. Compared by multiply-accumulates and weights
 * within one family of architectures, which no chip changes.
 */
import { findKnownModel } from '../../device/known-models.ts';
import type { Evidence } from '../../device/profile.ts';
import type { Verdict } from './row.ts';

export interface Subject {
  readonly family: string;
  readonly macsPerSample: number;
  readonly weights: number;
  readonly copies: number;
}

export interface EvidenceVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

const because = (e: Evidence): string => {
  const firmware = e.firmware === undefined ? '' : `, firmware ${e.firmware}`;
  return ` (${e.source}${firmware}${e.note === undefined ? '' : `: ${e.note}`})`;
};

const named = (e: Evidence): string =>
  `${(e.copies ?? 1) > 1 ? `${e.copies} x ` : ''}${e.model ?? 'NAM'}`;

/** How the subject's work compares with that of the evidence: -1 no more, 1 no less, 0 equal, null neither. */
const compare = (subject: Subject, e: Evidence): -1 | 0 | 1 | null => {
  const known = e.model === undefined ? undefined : findKnownModel(e.model);
  if (known === undefined || known.family !== subject.family) return null;
  const copies = e.copies ?? 1;
  const macs = subject.macsPerSample * subject.copies - known.macsPerSample * copies;
  const weights = subject.weights * subject.copies - known.weights * copies;
  if (macs === 0 && weights === 0) return 0;
  if (macs <= 0 && weights <= 0) return -1;
  if (macs >= 0 && weights >= 0) return 1;
  return null;
};

export const verdictByEvidence = (
  evidence: readonly Evidence[],
  subject: Subject,
): EvidenceVerdict => {
  const opening = 'The chip is not published; the verdict rests on what is known to run.';
  for (const e of evidence) {
    if (e.statement === 'no-nam') {
      return { verdict: 'unknown', reasons: [`It takes no NAM files${because(e)}.`] };
    }
  }
  const runs = evidence.find((e) => e.statement === 'runs' && (compare(subject, e) ?? 1) <= 0);
  if (runs !== undefined) {
    const how = compare(subject, runs) === 0 ? 'It is what' : 'It needs no more work than what';
    return {
      verdict: 'fits',
      reasons: [opening, `${how} is known to run there: ${named(runs)}${because(runs)}.`],
    };
  }
  const refused = evidence.find(
    (e) => e.statement === 'refuses' && (compare(subject, e) ?? -1) >= 0,
  );
  if (refused !== undefined) {
    const how = compare(subject, refused) === 0 ? 'It is what' : 'It needs no less work than what';
    return {
      verdict: 'over',
      reasons: [opening, `${how} is refused there: ${named(refused)}${because(refused)}.`],
    };
  }
  const converts = evidence.find((e) => e.statement === 'converts');
  if (converts !== undefined) {
    return {
      verdict: 'unknown',
      reasons: [
        `It does not run NAM itself: files are converted to a form of its own, whose cost does not depend on this model${because(converts)}.`,
      ],
    };
  }
  const known = evidence.filter((e) => e.statement === 'runs' || e.statement === 'refuses');
  const detail =
    known.length === 0
      ? 'Nothing is known to run or to be refused there.'
      : known.some((e) => compare(subject, e) !== null)
        ? `Known: ${known.map((e) => `${named(e)} ${e.statement === 'runs' ? 'runs' : 'is refused'}${because(e)}`).join('; ')}. This lies on the open side of it.`
        : `Known: ${known.map((e) => `${named(e)} ${e.statement === 'runs' ? 'runs' : 'is refused'}`).join('; ')}. This is another kind of network (${subject.family}), which multiply-accumulates do not compare.`;
  return { verdict: 'unknown', reasons: [opening, detail] };
};
