/** The options of all verbs, what each may be, and the sentence for what it cannot be. */
import { didYouMean } from '../device/nearest.ts';
import { isObject, isRecord, shown } from '../units/json-path.ts';
import type { Workbench } from './workbench.ts';
import { WorkbenchError } from './workbench-error.ts';

interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

const rule = (expected: string, holds: Rule['holds']): Rule => ({ expected, holds });

const between = (low: number, high: number): Rule =>
  rule(`a number from ${low} to ${high}`, (v) => typeof v === 'number' && v >= low && v <= high);

const whole = (low: number, high: number): Rule => {
  const { holds } = between(low, high);
  return rule(`a whole number from ${low} to ${high}`, (v) => holds(v) && Number.isInteger(v));
};

const oneOf = (...names: readonly unknown[]): Rule =>
  rule(names.map((name) => JSON.stringify(name)).join(' or '), (value) => names.includes(value));

const ofType = (type: 'boolean' | 'function' | 'string', expected: string): Rule =>
  rule(expected, (value) => typeof value === type);

/** By name, by path, or as an object. */
const named = (what: string): Rule => {
  const expected = `${what} by id, by path or as an object`;
  return rule(expected, (value) => typeof value === 'string' || isObject(value));
};

const orList = ({ expected, holds }: Rule): Rule =>
  rule(`${expected}, or a list of them`, (value) =>
    Array.isArray(value) ? value.length > 0 && value.every(holds) : holds(value),
  );

const flag = ofType('boolean', 'true or false');
const anyFunction = ofType('function', 'a function');
const text = ofType('string', 'a text');

const isMap = (value: unknown): boolean => value instanceof Map;

const isExplained = (value: unknown): boolean =>
  isRecord(value) && isRecord(value.explanation) && Array.isArray(value.explanation.layers);

const isBeside = (one: unknown): boolean => {
  if (!isRecord(one)) return false;
  const { model, width = '', ...other } = one;
  return named('a model').holds(model) && text.holds(width) && Object.keys(other).length === 0;
};

const rules = {
  model: named('a model'),
  models: orList(named('a model')),
  device: named('a device'),
  devices: orList(named('a device')),
  scenario: named('a scenario'),
  cores: rule('a list of core profiles', (v) => Array.isArray(v) && v.every(isRecord)),
  engine: ofType('string', 'an id of an engine, "auto" or "all"'),
  width: ofType('string', 'a width: "all", a ratio, "ch:8", "ch:16/8" or a label'),
  blockFrames: orList(whole(1, 65_536)),
  copies: orList(whole(1, 64)),
  sampleRateHz: whole(8000, 768_000),
  splitAfterLayers: whole(1, 1024),
  tanh: oneOf('libm', 'fast'),
  executor: oneOf('wasm', 'reference'),
  whatIf: flag,
  resample: flag,
  oversample: oneOf(1, 2, 4),
  arrangements: flag,
  beside: rule('a list of { model, width }', (v) => Array.isArray(v) && v.every(isBeside)),
  parallel: flag,
  margin: between(0, 0.95),
  confidence: between(0.5, 0.999),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  placement: rule(
    'memories by the kind of data',
    (value) => isRecord(value) && Object.values(value).every(text.holds),
  ),
  fidelity: anyFunction,
  arguments: anyFunction,
  onBlock: anyFunction,
  onAudio: anyFunction,
  esrToFull: anyFunction,
  onVerdict: anyFunction,
  input: { expected: 'samples as a Float32Array', holds: (value) => value instanceof Float32Array },
  ir: { expected: '{ taps } or { file }, as in a scenario', holds: isRecord },
  budgets: named('a file of budgets'),
  baseline: rule(
    'a path, or what `check` gave as `measured`',
    (value) => text.holds(value) || isMap(value),
  ),
  builds: flag,
  cases: text,
  measurements: text,
  fit: orList(oneOf('clock')),
  onProgress: anyFunction,
  signal: rule('an AbortSignal', (value) => isRecord(value) && 'throwIfAborted' in value),
  cwd: text,
  command: text,
  packageRoot: text,
  documents: rule('a Map of documents by path', isMap),
  packaged: rule('a Map of documents by path', isMap),
  openAudio: anyFunction,
  before: rule('what `explain` gave', isExplained),
  after: rule('what `explain` gave', isExplained),
  text: rule('text or bytes', (v) => text.holds(v) || ArrayBuffer.isView(v)),
  origin: text,
} as const satisfies Readonly<Record<string, Rule>>;

export type OptionName = keyof typeof rules;

const fault = (message: string): WorkbenchError => new WorkbenchError('bad-option', message);

/**
 * Refuses what a verb does not know and what cannot be. Undefined is as if it were not there.
 * @throws WorkbenchError 'bad-option', naming the option, what was expected and what was found
 */
export const checkOptions = (
  verb: string,
  options: object,
  known: readonly OptionName[],
  single: readonly OptionName[] = [],
): void => {
  if (!isRecord(options) || Symbol.iterator in options) {
    throw fault(`${verb}: expected options, got ${shown(options, 60)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const option = known.find((one) => one === name);
    if (option === undefined) {
      const help = didYouMean(name, known) || ` Known: ${known.join(', ')}.`;
      throw fault(`${verb}: expected no option \`${name}\`.${help}`);
    }
    const { expected, holds }: Rule = rules[option];
    if (holds(value) && !(single.includes(option) && Array.isArray(value))) continue;
    throw fault(`${verb}: ${name}: expected ${expected}, got ${shown(value, 60)}.`);
  }
};

/** The same of a verb, which takes a workbench before its options. */
export const checkCall = (
  workbench: Workbench,
  ...[verb, ...options]: Parameters<typeof checkOptions>
): void => {
  if (!isRecord(workbench) || typeof workbench.pathOf !== 'function') {
    const found = shown(workbench, 60);
    throw fault(`${verb}: expected a workbench first, got ${found}. Open one: openWorkbench().`);
  }
  checkOptions(verb, ...options);
};

export const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** The option, whichever of its two names it was given under. @throws WorkbenchError where it is missing */
export const required = <T>(verb: string, value: T | undefined, name: OptionName): T => {
  if (value !== undefined) return value;
  throw fault(`${verb}: ${name}: expected ${rules[name].expected}, got nothing.`);
};
