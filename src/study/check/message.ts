/** The sentence that a verdict says. Pure. */
import type { Budget } from '../../scenario/budget.ts';
import type { BaselineEntry } from './baseline.ts';
import { growthSentence, largestParts, numberText, signed } from './growth.ts';
import type { Measurement } from './measurement.ts';
import type { Growth, Judgement, LimitKind } from './verdict.ts';

const whatIfWords = 'what-if width: the cost is right, the sound is not meant to be';

interface RunSubject
  extends Pick<Measurement, 'model' | 'width' | 'whatIf' | 'device' | 'engine' | 'blockFrames'> {
  readonly copies: number;
}

/** 'a2 at full on mod-dwarf with neural-audio, block 128, 2 copies'. */
export const subjectText = ({ model, width, device, copies, ...of }: RunSubject): string => {
  const untrained = of.whatIf ? ` (${whatIfWords})` : '';
  const engine = of.engine === null ? '' : ` with ${of.engine}`;
  const block = of.blockFrames === null ? '' : `, block ${of.blockFrames}`;
  const times = copies > 1 ? `, ${copies} copies` : '';
  return `${model} at ${width}${untrained} on ${device}${engine}${block}${times}`;
};

const limitTexts: Readonly<Record<LimitKind, (limit: number) => string>> = {
  max: (limit) => `at most ${numberText(limit)}`,
  min: (limit) => `at least ${numberText(limit)}`,
  maxIncreasePercent: (limit) => `at most ${signed(limit)} % against the baseline`,
};

/** Layers are told apart by their cycles, which say nothing of bytes, instructions or errors. */
const isOfCycles = /^(scenario\.)?(cyclesPerSample|load|headroom)/;

/** Where the cycles go, where no baseline says what grew. */
const sizeSentence = (measured: Measurement): string => {
  const layers = largestParts(measured.layers);
  const kinds = largestParts(measured.kinds);
  if (layers === '') return '';
  return ` Most of it is in ${layers}${kinds === '' ? '' : `; by kind of work ${kinds}`}.`;
};

const anewIfMeant = (command: string): string =>
  `If that is meant, write the baseline anew with 'pedalbench ${command} --update-baseline'.`;

/** What is another than when the baseline was written. */
const changes = (measured: Measurement, before: BaselineEntry | null): readonly string[] => {
  if (before === null) return [];
  const what = measured.scenario === null ? 'model' : 'scenario';
  const engines = `The engine is ${measured.engine ?? 'none'}, in the baseline it was ${before.engine ?? 'none'}.`;
  return [
    ...(before.of === measured.fingerprint ? [] : [`The ${what} is not the one of the baseline.`]),
    ...(before.engine === measured.engine ? [] : [engines]),
  ];
};

interface MessageInput {
  readonly budget: Budget;
  readonly measured: Measurement;
  readonly kind: LimitKind;
  readonly limit: number;
  readonly judged: Judgement | null;
  /** Why it was not judged. */
  readonly obstacle: string | null;
  readonly growth: readonly Growth[];
  readonly before: BaselineEntry | null;
  /** How this check is run. */
  readonly command: string;
}

const differenceText = ({ kind, limit, before }: MessageInput, now: number, delta: number) => {
  if (kind === 'maxIncreasePercent') {
    return `${signed(delta)} % (${numberText(before?.value ?? 0)} -> ${numberText(now)})`;
  }
  const share = limit === 0 ? 'limit 0' : `${signed((now / limit - 1) * 100)} %`;
  return `${numberText(now)}, ${signed(delta)} (${share}) from the limit`;
};

export const messageOf = (input: MessageInput): string => {
  const { budget, measured, kind, limit, judged, before, growth } = input;
  const model = measured.modelPath ?? measured.model;
  const device = measured.devicePath ?? measured.device;
  const subject =
    measured.scenario === null
      ? subjectText({ ...measured, model, device, copies: budget.copies })
      : `scenario ${measured.scenario}`;
  if (judged === null || measured.value === null) {
    const what = measured.faulty ? 'could not be measured' : 'was not judged';
    return `${subject}: ${budget.metric} ${what}: ${input.obstacle}.`;
  }
  const difference = differenceText(input, measured.value, judged.delta);
  const head = `${subject}: ${budget.metric} is ${difference}; allowed is ${limitTexts[kind](limit)}.`;
  const changed = changes(measured, before);
  const said = [head, ...changed].join(' ');
  if (judged.holds) return changed.length > 0 ? `${said} ${anewIfMeant(input.command)}` : said;
  const parts = growth.length > 0 ? growthSentence(growth) : sizeSentence(measured);
  const where = isOfCycles.test(budget.metric) ? parts : '';
  const reason = budget.reason === undefined ? '' : ` Why the limit: ${budget.reason}`;
  return `${said}${where}${reason}`;
};
