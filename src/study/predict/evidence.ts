/**
 * Verdicts where no chip is published: cheaper than something known to run fits, costlier than something
 * known to be refused is over, in between is unknown. Compared by multiply-accumulates and weights
 * within one family of architectures, which no chip changes.
 */
import { findKnownModel } from '../../device/known-models.ts';
import type { Evidence } from '../../device/profile.ts';
import type { Activation, Network } from '../../nam/network.ts';
import type { Verdict } from './row.ts';

export interface Subject {
  readonly family: string;
  readonly macsPerSample: number;
  readonly weights: number;
  readonly copies: number;
  /** Of what is asked. @default whatever each statement is about */
  readonly blockFrames?: number | undefined;
}

export interface EvidenceVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

const typesOf = (activations: readonly Activation[]): string =>
  [...new Set(activations.map(({ type }) => type))].sort().join('+');

/**
 * 'wavenet Tanh', 'wavenet LeakyReLU', 'lstm', ...: the kind, and for convolutions the activations used. Networks
 * of one family differ in size only, so less work is less work everywhere.
 */
export const familyOf = (network: Network): string => {
  switch (network.kind) {
    case 'wavenet': {
      const layers = network.arrays.flatMap((a) => a.layers);
      const used = layers.flatMap((l) => [l.activation, l.secondaryActivation ?? []].flat());
      const gated = layers.some((l) => l.gating !== 'none' || Object.keys(l.films).length > 0);
      return `wavenet ${typesOf(used)}${gated ? ' with gates' : ''}`;
    }
    case 'convnet':
      return `convnet ${typesOf(network.blocks.map((b) => b.activation))}`;
    case 'lstm':
    case 'linear':
      return network.kind;
    default:
      return network satisfies never;
  }
};

const because = (e: Evidence): string => {
  const firmware = e.firmware === undefined ? '' : `, firmware ${e.firmware}`;
  return ` (${e.source}${firmware}${e.note === undefined ? '' : `: ${e.note}`})`;
};

const named = (e: Evidence) => `${(e.copies ?? 1) > 1 ? `${e.copies} x ` : ''}${e.model ?? 'NAM'}`;

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

/** What runs in short blocks runs in longer ones, and what is refused in long blocks is in shorter ones. */
const inSuchBlocks =
  ({ blockFrames: asked }: Subject) =>
  ({ statement, blockFrames }: Evidence): boolean =>
    asked === undefined ||
    blockFrames === undefined ||
    (statement === 'refuses' ? asked <= blockFrames : asked >= blockFrames);

/** 'It takes no NAM files (why).' of a product of which that is known. */
export const takesNoneText = (all: readonly Evidence[]): string | null => {
  const none = all.find((e) => e.statement === 'no-nam');
  return none === undefined ? null : `It takes no NAM files${because(none)}.`;
};

export const verdictByEvidence = (
  known: readonly Evidence[],
  subject: Subject,
): EvidenceVerdict => {
  const all = known.filter(inSuchBlocks(subject));
  const opening = 'The chip is not published; the verdict rests on what is known to run.';
  const takesNone = takesNoneText(all);
  if (takesNone !== null) return { verdict: 'unknown', reasons: [takesNone] };
  const by = (verdict: Verdict, e: Evidence, work: string, is: string): EvidenceVerdict => {
    const how = compare(subject, e) === 0 ? 'It is what' : `It needs no ${work} work than what`;
    return { verdict, reasons: [opening, `${how} is ${is} there: ${named(e)}${because(e)}.`] };
  };
  const runs = all.find((e) => e.statement === 'runs' && (compare(subject, e) ?? 1) <= 0);
  if (runs !== undefined) return by('fits', runs, 'more', 'known to run');
  const refuses = (e: Evidence) => e.statement === 'refuses' && (compare(subject, e) ?? -1) >= 0;
  const refused = all.find(refuses);
  if (refused !== undefined) return by('over', refused, 'less', 'refused');
  const converts = all.find((e) => e.statement === 'converts');
  if (converts !== undefined) {
    const reason = `It does not run NAM itself: files are converted to a form of its own, whose cost does not depend on this model${because(converts)}.`;
    return { verdict: 'unknown', reasons: [reason] };
  }
  return { verdict: 'unknown', reasons: [opening, openSide(all, subject)] };
};

/** Why nothing that is known decides. */
const openSide = (evidence: readonly Evidence[], subject: Subject): string => {
  const known = evidence.filter(({ statement }) => ['runs', 'refuses'].includes(statement));
  if (known.length === 0) return 'Nothing is known to run or to be refused there.';
  const list = (source: (e: Evidence) => string): string =>
    known
      .map((e) => `${named(e)} ${e.statement === 'runs' ? 'runs' : 'is refused'}${source(e)}`)
      .join('; ');
  return known.some((e) => compare(subject, e) !== null)
    ? `Known: ${list(because)}. This lies on the open side of it.`
    : `Known: ${list(() => '')}. This is another kind of network (${subject.family}), which multiply-accumulates do not compare.`;
};
