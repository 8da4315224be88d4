/** GitHub workflow commands: one annotation on the line of each budget that does not hold. */
import type { CheckResult } from '../../study/check/verdict.ts';

const data = (text: string): string =>
  text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

const commands = { fail: 'error', inconclusive: 'error', warn: 'warning' } as const;

export const renderCheckAnnotations = (result: CheckResult): string =>
  result.verdicts
    .flatMap((verdict) => {
      const command = commands[verdict.status as keyof typeof commands];
      if (command === undefined) return [];
      return [
        `::${command} file=${property(verdict.file)},line=${verdict.line},title=${property(verdict.budget)}::${data(verdict.message)}\n`,
      ];
    })
    .join('');
