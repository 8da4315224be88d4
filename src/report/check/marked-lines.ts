/** What marks the line of each budget that does not hold: GitHub's annotations, GitLab's code quality, SARIF. */
import { metricNames, metrics } from '../../scenario/budget-metrics.ts';
import { type CheckResult, type CheckVerdict, fingerprintOf } from '../../study/check/verdict.ts';
import { isLoud } from './markdown.ts';

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

const locationOf = ({ file, line }: CheckVerdict) => ({
  physicalLocation: { artifactLocation: artifactOf(file), region: { startLine: line } },
});

/**
 * SARIF 2.1.0, for code scanning.
 * @param version of the tool
 */
export const renderCheckSarif = (result: CheckResult, version: string): string => {
  const used = new Set(result.verdicts.map((verdict) => verdict.metric));
  const rules = metricNames
    .filter((name) => used.has(name))
    .map((id) => ({ id, shortDescription: { text: `${id}, ${metrics[id].unit}` } }));
  const results = marked(result, ['error', 'warning'], (verdict, level) => ({
    ruleId: verdict.metric,
    level,
    message: { text: `${verdict.budget}: ${verdict.message}` },
    locations: [locationOf(verdict)],
    partialFingerprints: { 'pedalbench/1': fingerprintOf(verdict) },
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'pedalbench', version, rules } }, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
