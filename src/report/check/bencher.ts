/** Bencher Metric Format: benchmark name -> measure -> value, with the limit as a bound. */
import { type CheckResult, subjectParts } from '../../study/check/verdict.ts';

type BencherMeasure = { value: number; lower_value?: number; upper_value?: number };

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
    measures[verdict.metric] ??= { value: verdict.actual };
    const measure = measures[verdict.metric];
    if (measure === undefined) continue;
    if (verdict.limitKind === 'max') measure.upper_value = verdict.limit;
    if (verdict.limitKind === 'min') measure.lower_value = verdict.limit;
    if (verdict.limitKind === 'maxIncreasePercent' && verdict.baseline !== null) {
      measure.upper_value = verdict.baseline * (1 + verdict.limit / 100);
    }
  }
  return `${JSON.stringify(benchmarks, null, 2)}\n`;
};
