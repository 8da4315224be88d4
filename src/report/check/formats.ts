/** The verdicts of `check` as other programs read them: JUnit, Bencher, and what marks a budget's line on GitHub, GitLab and in SARIF. */
import { metricNames, metrics } from '../../scenario/budget-metrics.ts';
import type { CheckResult, CheckVerdict } from '../../study/check/verdict.ts';
import { fingerprintOf, subjectParts } from '../../study/check/verdict.ts';
import { isLoud } from './markdown.ts';

/** XML 1.0 has characters that may not occur, escaped or not; lone surrogates are such too. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string, which: RegExp): string =>
  text.replace(illegal, '\ufffd').replace(which, (char) => `&#${char.charCodeAt(0)};`);
const attribute = (text: string): string => escaped(text, /[&<>"\n\r\t]/g);
const content = (text: string): string => escaped(text, /[&<>]/g);

const outcome = (verdict: CheckVerdict): string => {
  const message = `message="${attribute(verdict.message)}"`;
  switch (verdict.status) {
    case 'fail':
      return `<failure ${message} type="budget">${content(verdict.message)}</failure>`;
    case 'inconclusive':
      return `<error ${message} type="inconclusive">${content(verdict.message)}</error>`;
    case 'off':
      return '<skipped/>';
    case 'warn':
      return `<system-out>${content(`warning: ${verdict.message}`)}</system-out>`;
    case 'pass':
      return `<system-out>${content(verdict.message)}</system-out>`;
    default:
      return verdict.status satisfies never;
  }
};

export const renderCheckJunit = (result: CheckResult): string => {
  const file = result.verdicts[0]?.file ?? 'budgets.json';
  const totals = `tests="${result.verdicts.length}" failures="${result.counts.fail}" errors="${result.counts.inconclusive}" skipped="${result.counts.off}" time="0"`;
  // JUnit's schema wants the skipped count on the suite only.
  const cases = result.verdicts.map((verdict) => {
    const { budget, metric, limitKind, device, line } = verdict;
    // Another engine is the same case.
    const parts = subjectParts({ ...verdict, engine: null });
    const name = [budget, ...parts, `${metric} ${limitKind}`].join(' / ');
    return `    <testcase name="${attribute(name)}" classname="pedalbench.${attribute(device ?? 'scenario')}" file="${attribute(verdict.file)}" line="${line}" time="0">${outcome(verdict)}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${result.verdicts.length}" failures="${result.counts.fail}" errors="${result.counts.inconclusive}" time="0">`,
    `  <testsuite name="${attribute(file)}" ${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

type BencherMeasure = { value: number; lower_value?: number; upper_value?: number };

/** The bounds of a value are its interval: Bencher's own thresholds hold it against what came before. */
export const renderCheckBencher = (result: CheckResult): string => {
  const benchmarks: Record<string, Record<string, BencherMeasure>> = {};
  const sorted = [...result.verdicts].sort((a, b) =>
    a.budget < b.budget ? -1 : a.budget > b.budget ? 1 : 0,
  );
  for (const verdict of sorted) {
    if (verdict.actual === null) continue;
    const name = [verdict.budget, ...subjectParts(verdict)].join(' / ');
    benchmarks[name] ??= {};
    const measures = benchmarks[name];
    const { actual: value, interval } = verdict;
    const bounds = interval && { lower_value: interval.low, upper_value: interval.high };
    measures[verdict.metric] ??= { value, ...bounds };
  }
  return `${JSON.stringify(benchmarks, null, 2)}\n`;
};

/** An entry a limit that does not hold, with one of two words for how grave it is. */
const marked = <T>(
  { verdicts }: CheckResult,
  [grave, light]: readonly [string, string],
  entryOf: (verdict: CheckVerdict, level: string) => T,
): T[] => verdicts.filter(isLoud).map((one) => entryOf(one, one.status === 'warn' ? light : grave));

const data = (text: string): string =>
  text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** GitHub workflow commands. */
export const renderCheckAnnotations = (result: CheckResult): string =>
  marked(
    result,
    ['error', 'warning'],
    ({ file, line, budget, message }, command) =>
      `::${command} file=${property(file)},line=${line},title=${property(budget)}::${data(message)}\n`,
  ).join('');

/** The part of Code Climate that GitLab reads. */
export const renderCheckGitlab = (result: CheckResult): string => {
  const entries = marked(result, ['major', 'minor'], (verdict, severity) => ({
    description: `${verdict.budget}: ${verdict.message}`,
    check_name: `pedalbench/${verdict.metric}`,
    fingerprint: fingerprintOf(verdict),
    severity,
    location: { path: verdict.file, lines: { begin: verdict.line } },
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
};

/** A path as a URI reference, relative to the checkout where it lies in it. */
const artifactOf = (file: string): Readonly<Record<string, string>> => {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
};

/**
 * SARIF 2.1.0, for code scanning.
 * @param version of the tool
 */
export const renderCheckSarif = (result: CheckResult, version: string): string => {
  const used = new Set(result.verdicts.map((verdict) => verdict.metric));
  const rules = metricNames
    .filter((name) => used.has(name))
    .map((id) => ({ id, shortDescription: { text: `${id}, ${metrics[id].unit}` } }));
  const results = marked(result, ['error', 'warning'], (verdict, level) => {
    const region = { startLine: verdict.line };
    return {
      ruleId: verdict.metric,
      level,
      message: { text: `${verdict.budget}: ${verdict.message}` },
      locations: [{ physicalLocation: { artifactLocation: artifactOf(verdict.file), region } }],
      partialFingerprints: { 'pedalbench/1': fingerprintOf(verdict) },
    };
  });
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'pedalbench', version, rules } }, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
