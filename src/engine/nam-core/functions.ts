/** Which function of NAM Core's program each step runs: what instruction caches hold is code, not shapes. */
import type { Template } from '../../kernel/template.ts';
import { remember } from '../../units/remember.ts';

/** Written once per shape: products by hand, with the channel counts in their names. */
const perShape = /^\/nam-core-inline\//;

/** Convolutions and pointwise products instantiate Eigen's code apart. */
const callers = ['conv1x1', 'conv'] as const;

/** What a template says of the code that runs it. */
interface RunCode {
  /** Its name; Eigen's follows the caller's. */
  readonly name: string;
  readonly eigen: boolean;
  /** The caller of what follows, where this is the call. */
  readonly caller: string | null;
}

const runCodeOf = ({ name }: Template): RunCode => ({
  name: (perShape.test(name) ? name : name.replace(/\d+/g, '')).slice(1),
  eigen: name.startsWith('/eigen/'),
  caller: callers.find((call) => name.includes(`/call/${call}/`)) ?? null,
});

/** Names the code of the steps of one program, asked in their order. */
export const functionNames = (): ((template: Template) => string) => {
  // Thousands of steps run a few dozen templates.
  const known = new Map<Template, RunCode>();
  let caller = '';
  return (template) => {
    const code = remember(known, template, runCodeOf);
    caller = code.caller ?? caller;
    return code.eigen ? `${caller} ${code.name}` : code.name;
  };
};
