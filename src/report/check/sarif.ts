/** SARIF 2.1.0: what code scanning shows beside the line of a budget. */
import { metricNames, metrics } from '../../scenario/budget-metrics.ts';
import { type CheckResult, type CheckVerdict, fingerprintOf } from '../../study/check/verdict.ts';

const levels = { fail: 'error', inconclusive: 'error', warn: 'warning' } as const;

/** A path as a URI reference, relative to the checkout where it lies in it. */
const artifactOf = (file: string): Readonly<Record<string, string>> => {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
};

const resultsOf = (verdict: CheckVerdict): readonly object[] => {
  const level = levels[verdict.status as keyof typeof levels];
  if (level === undefined) return [];
  const physicalLocation = {
    artifactLocation: artifactOf(verdict.file),
    region: { startLine: verdict.line },
  };
  return [
    {
      ruleId: verdict.metric,
      level,
      message: { text: `${verdict.budget}: ${verdict.message}` },
      locations: [{ physicalLocation }],
      partialFingerprints: { 'pedalbench/1': fingerprintOf(verdict) },
    },
  ];
};

/** @param version of the tool */
export const renderCheckSarif = (result: CheckResult, version: string): string => {
  const used = new Set(result.verdicts.map((verdict) => verdict.metric));
  const rules = metricNames
    .filter((name) => used.has(name))
    .map((id) => ({ id, shortDescription: { text: `${id}, ${metrics[id].unit}` } }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'pedalbench', version, rules } },
        results: result.verdicts.flatMap(resultsOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};
