/** The templates of the process, by name and by what of the target they depend on. */
import { KernelBuilder } from '../../kernel/builder.ts';
import type { Template } from '../../kernel/template.ts';
import type { Answers, WatchedTarget } from '../watched-target.ts';

interface Written {
  readonly template: Template;
  /** At least what the template depends on: all that had been asked when it was done. */
  readonly answers: Answers;
}

const written = new Map<string, Written[]>();

/**
 * The template of this name, which stands for one on each target; by `write` where there is none yet.
 * Its own name begins with a slash: the place of the target's.
 */
export const sharedTemplate = (
  watch: WatchedTarget,
  name: string,
  write: (builder: KernelBuilder) => void,
): Template => {
  const known = written.get(name) ?? [];
  const shared = known.find(({ answers }) => watch.adopts(answers));
  if (shared !== undefined) return shared.template;
  const builder = new KernelBuilder();
  write(builder);
  const template = builder.build(`/${name}`);
  known.push({ template, answers: watch.asked() });
  written.set(name, known);
  return template;
};
