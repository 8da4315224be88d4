/** How long a template's code is. */
import type { Node, Template } from './template.ts';

const counted = new WeakMap<Template, number>();

/** Instructions in a template's text, each once however often it runs. */
export const textInstructions = (template: Template): number => {
  const known = counted.get(template);
  if (known !== undefined) return known;
  const count = (nodes: readonly Node[]): number => {
    let sum = 0;
    for (const node of nodes) {
      if (node.op === 'loop') sum += count(node.body);
      else sum += node.op === 'cost' ? node.count : 1;
    }
    return sum;
  };
  const instructions = count(template.body);
  counted.set(template, instructions);
  return instructions;
};
