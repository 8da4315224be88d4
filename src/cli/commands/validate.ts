/** `pedalbench validate`: predictions against measurements and known facts. */
import { engines } from '../../engine/registry.ts';
import { coreCatalogue } from '../../library/catalogues.ts';
import { deviceCatalogue } from '../../library/find-device.ts';
import { findModel, modelPaths } from '../../library/find-model.ts';
import { readCases } from '../../library/measured.ts';
import { validatePage } from '../../report/html/validate-page.ts';
import { renderValidate } from '../../report/validate-text.ts';
import { CostBook } from '../../study/cost/cost-cache.ts';
import { judgeFacts } from '../../study/validate/facts.ts';
import { validateSteps } from '../../study/validate/validate.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { printJson, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';

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
    const own = args.text('cases');
    const cases = readCases(io, own);
    const catalogue = deviceCatalogue(io);
    const cores = coreCatalogue(io);
    const models = [...modelPaths(io).keys()].map((id) => findModel(io, id));
    const book = new CostBook();
    const common = { engines, models, coreOf: (id: string) => cores.find(id) };
    const result = await new Progress(args, io, 'validating').through(
      validateSteps({ ...common, cases, deviceOf: (id) => catalogue.find(id) }, book),
    );
    // Facts are about the package's devices, not about somebody's cases.
    const facts = own === null ? judgeFacts({ ...common, devices: catalogue.all() }, book) : [];
    writePages('validate', args, io, (command, tool) => validatePage(result, command, tool));
    if (args.flag('json')) printJson(io, 'validate', { ...result, facts });
    else io.stdout.write(renderValidate(result, facts, styleOf(args, io)));
    const { summary } = result;
    const broken =
      (summary.medianAbsErrorPercent ?? 0) > medianBarPercent ||
      (summary.worstAbsErrorPercent ?? 0) > worstBarPercent ||
      summary.boundsRespected < summary.bounds ||
      facts.some((fact) => !fact.agrees);
    if (broken) return 1;
    return summary.unjudged > 0 ? 3 : 0;
  },
};
