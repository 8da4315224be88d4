/** What a call of each method of NAM Core costs beside its loops, and which function each step runs. */
import type { Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import type { Counts } from '../common/code.ts';
import { type Builds, buildFor } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import data from './compiled-code.json' with { type: 'json' };

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
    const code = memoize(known, template, runCodeOf);
    caller = code.caller ?? caller;
    return code.eigen ? `${caller} ${code.name}` : code.name;
  };
};

/** Methods; those of whole networks (`wavenet` to `samples`) once a block. */
type Method = keyof (typeof data.code.calls)['aarch64'];

const builds: Builds<Readonly<Record<Method, Counts>>> = data.code.calls;

export const callCode = (target: Target): Readonly<Record<Method, Counts>> =>
  buildFor(target, builds);

/** Appends a call of a method. */
export const appendCall = (low: Lowering, name: Method, { layer }: Pick<Label, 'layer'>): void =>
  low.overhead(`nam-core/call/${name}/1`, callCode(low.target)[name])({ layer, kind: 'call' });
