/** The shape that listings share: VERB lists, VERB show ID shows one. */
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';

/** The id after `show`; null where everything is to be listed. */
export const shownId = (args: Args, what: string): string | null => {
  const [verb, id, ...more] = args.positionals;
  if (verb === undefined) return null;
  if (verb !== 'show') {
    throw new CliError('usage', `Expected \`show ${what}\` or nothing, got "${verb}".`);
  }
  if (id === undefined)
    throw new CliError('usage', `Expected \`show ${what}\`: ${what} is missing.`);
  if (more.length > 0) {
    throw new CliError(
      'usage',
      `Expected one ${what} after \`show\`, got also "${more.join(' ')}".`,
    );
  }
  return id;
};
