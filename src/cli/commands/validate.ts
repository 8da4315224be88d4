/** `pedalbench validate`: predictions against measurements and known facts. */
import { validatePage } from '../../report/html/validate-page.ts';
import { renderValidate } from '../../report/validate-text.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { validate as validateCases } from '../../workbench/validate.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { styleOf } from '../output.ts';
import { Progress } from '../progress.ts';
import { jsonlOption, RowOutput } from '../row-output.ts';

/** What the project promises of its own cases, in percent. */
const medianBarPercent = 10;
const worstBarPercent = 25;

export const validate: Command = {
  usage: '[--cases FILE] [options]',
  examples: [
    ['validate', 'every published measurement, and what is known to run'],
    ['validate --cases mine.json', 'measurements of your own, in the same form'],
  ],
  options: {
    cases: { value: 'FILE', help: 'measured cases (default: those of the package)' },
    jsonl: jsonlOption,
    ...pageOptions,
  },
  notes: [
    `Ends with 1 where the median error is above ${medianBarPercent} %, the worst above ${worstBarPercent} %, a bound is broken, or a verdict contradicts what is known to run; with 3 where a case could not be judged.`,
  ],
  run: async (args, io) => {
    if (args.positionals.length > 0) {
      throw new CliError(
        'usage',
        `Expected no words, got "${args.positionals.join(' ')}". --cases FILE names a file.`,
      );
    }
    const result = await new Progress(args, io, 'validating').of((hooks) =>
      validateCases(openWorkbench(io), { cases: args.text('cases') ?? undefined }, hooks),
    );
    writePages('validate', args, io, () => validatePage(result));
    const output = new RowOutput(args, io, 'validate', 'cases');
    for (const one of result.cases) output.row(one);
    if (output.wanted) output.end({ ...result });
    else io.stdout.write(renderValidate(result, styleOf(args, io)));
    const { summary } = result;
    const broken =
      (summary.medianAbsErrorPercent ?? 0) > medianBarPercent ||
      (summary.worstAbsErrorPercent ?? 0) > worstBarPercent ||
      summary.boundsRespected < summary.bounds ||
      result.facts.some((fact) => !fact.agrees);
    if (broken) return 1;
    return summary.unjudged > 0 ? 3 : 0;
  },
};
