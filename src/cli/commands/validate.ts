/** `pedalbench validate`: predictions against measurements and known facts. */
import { validatePage } from '../../report/html/validate-page.ts';
import { renderValidate } from '../../report/validate-text.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { validate as validateCases } from '../../workbench/validate.ts';
import { type Command, following } from '../call.ts';
import { usageError } from '../cli-error.ts';
import { shared } from '../options.ts';
import { pageOptions, writePages } from '../pages.ts';

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
    builds: { help: 'the pipeline against traced and timed builds, too' },
    jsonl: shared.jsonl,
    ...pageOptions,
  },
  notes: [
    `Ends with 1 where the median error is above ${medianBarPercent} %, the worst above ${worstBarPercent} %, a bound is broken, an impulse response is more than 25 % off (35 % at the 99th percentile), or a verdict contradicts what is known to run; with 3 where a case could not be judged.`,
  ],
  run: async (call) => {
    if (call.positionals.length > 0) {
      const words = call.positionals.join(' ');
      throw usageError(`Expected no words, got "${words}". --cases FILE names a file.`);
    }
    const request = { cases: call.text('cases'), builds: call.flag('builds') };
    const result = await following(call, 'validating', (hooks) =>
      validateCases(openWorkbench(call.io), request, hooks),
    );
    writePages('validate', call, () => validatePage(result));
    const rows = call.rows('validate', 'cases');
    rows.add(result.cases);
    rows.print(result, (style) => renderValidate(result, style));
    const { summary } = result;
    const broken =
      (summary.medianAbsErrorPercent ?? 0) > medianBarPercent ||
      (summary.worstAbsErrorPercent ?? 0) > worstBarPercent ||
      summary.boundsRespected < summary.bounds ||
      result.facts.some((fact) => !fact.agrees) ||
      result.impulses.some(({ holds }) => !holds);
    if (broken) return 1;
    return summary.unjudged > 0 ? 3 : 0;
  },
};
