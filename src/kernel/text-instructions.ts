/** How long a template's code is. */
import { remember } from '../units/remember.ts';
import type { Node, Template } from './template.ts';

const counted = new WeakMap<Template, number>();

const instructionsOf = (nodes: readonly Node[]): number => {
  let sum = 0;
  for (const node of nodes) {
    if (node.op === 'loop') sum += instructionsOf(node.body);
    else sum += node.op === 'cost' ? node.count : 1;
  }
  return sum;
};

/** Instructions in a template's text, each once however often it runs. */
export const textInstructions = (template: Template): number =>
  remember(counted, template, ({ body }) => instructionsOf(body));
