/** The templates of the process, by name and by what of the target they depend on. */
import { KernelBuilder } from '../kernel/builder.ts';
import type { Template } from '../kernel/template.ts';
import type { Reads, WatchedTarget } from './watched-target.ts';

interface Written {
  readonly template: Template;
  /** At least what the template depends on: all that had been read when it was done. */
  readonly reads: Reads;
}

const written = new Map<string, Written[]>();

/** The template of this name, which stands for one on each target; by `write` where there is none yet. */
export const sharedTemplate = (
  watch: WatchedTarget,
  name: string,
  write: (builder: KernelBuilder) => void,
): Template => {
  const known = written.get(name) ?? [];
  written.set(name, known);
  const shared = known.find(({ reads }) => watch.adopts(reads));
  if (shared !== undefined) return shared.template;
  const builder = new KernelBuilder();
  write(builder);
  const template = builder.build(name);
  known.push({ template, reads: watch.reads() });
  return template;
};
