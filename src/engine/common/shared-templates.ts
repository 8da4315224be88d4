/** The templates of the process, by name and by what of the target they depend on. */
import { KernelBuilder } from '../../kernel/builder.ts';
import type { Template } from '../../kernel/template.ts';
import { remember } from '../../units/remember.ts';

const written = new Map<string, Template>();

/**
 * The template of this name on targets of this key; by `write` where there is none yet.
 * Its own name begins with a slash: the place of the target's.
 */
export const sharedTemplate = (
  key: string,
  name: string,
  write: (builder: KernelBuilder) => void,
): Template =>
  remember(written, `${key}/${name}`, () => {
    const builder = new KernelBuilder();
    write(builder);
    return builder.build(`/${name}`);
  });
