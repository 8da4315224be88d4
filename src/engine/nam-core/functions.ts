/** Which function of NAM Core's program each step runs: what instruction caches hold is code, not shapes. */
import type { Step } from '../../kernel/lowered.ts';

/** Written once per shape: products by hand, with the channel counts in their names. */
const perShape = /^nam-core-inline\//;

/** Convolutions and pointwise products instantiate Eigen's code apart. */
const callers = ['conv1x1', 'conv'] as const;

/** Names each step's code. `prefix` is what template names begin with. */
export const nameFunctions = (steps: readonly Step[], prefix: string): readonly Step[] => {
  let caller: string = '';
  return steps.map((step) => {
    const names = (step.step === 'kernel' ? [step] : step.templates).map(({ template }) =>
      template.name.startsWith(prefix) ? template.name.slice(prefix.length + 1) : template.name,
    );
    caller = callers.find((call) => names.some((n) => n.includes(`/call/${call}/`))) ?? caller;
    const code = names
      .map((name) => (perShape.test(name) ? name : name.replace(/\d+/g, '')))
      .map((name) => (name.startsWith('eigen/') ? `${caller} ${name}` : name))
      .join(' ');
    return { ...step, code };
  });
};
