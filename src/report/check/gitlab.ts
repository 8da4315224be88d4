/** GitLab's code quality report (the part of Code Climate that it reads): an entry a limit that does not hold. */
import { type CheckResult, fingerprintOf } from '../../study/check/verdict.ts';

const severities = { fail: 'major', inconclusive: 'major', warn: 'minor' } as const;

export const renderCheckGitlab = (result: CheckResult): string => {
  const entries = result.verdicts.flatMap((verdict) => {
    const severity = severities[verdict.status as keyof typeof severities];
    if (severity === undefined) return [];
    return [
      {
        description: `${verdict.budget}: ${verdict.message}`,
        check_name: `pedalbench/${verdict.metric}`,
        fingerprint: fingerprintOf(verdict),
        severity,
        location: { path: verdict.file, lines: { begin: verdict.line } },
      },
    ];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
};
