/**
 * What an engine asked of a target: what it made holds for every target that answers alike. Nobody keeps
 * a list by hand, and what was not asked cannot matter.
 */
import type { Target } from '../kernel/lowered.ts';

/** Of all there is to know of a target, a little: a field, or what is made of one. Answers are compared by identity. */
export type Question = (target: Target) => unknown;

/** Every field once: the type refuses a list that leaves one out. */
const fields: Readonly<Record<keyof Target, Question>> = {
  isa: ({ isa }) => isa,
  lanes: ({ lanes }) => lanes,
  vectorRegisters: ({ vectorRegisters }) => vectorRegisters,
  tune: ({ tune }) => tune,
  fma: ({ fma }) => fma,
  fastMath: ({ fastMath }) => fastMath,
  libc: ({ libc }) => libc,
};

/** What was asked, and the answers. */
export type Answers = ReadonlyMap<Question, unknown>;

export const agrees = (target: Target, answers: Answers): boolean => {
  for (const [question, answer] of answers) if (question(target) !== answer) return false;
  return true;
};

const watches = new WeakMap<Target, WatchedTarget>();

/** Properties of a view's own, so that a copy of it asks for all of them. */
const asking: PropertyDescriptorMap = {};
for (const [field, question] of Object.entries(fields)) {
  asking[field] = {
    get(this: Target): unknown {
      return watches.get(this)!.ask(question); // every view has its watch
    },
    enumerable: true,
  };
}

export class WatchedTarget {
  /** The target as engines see it: reading a field is asking for it. */
  readonly view: Target;
  private readonly target: Target;
  private readonly answers = new Map<Question, unknown>();
  /** What `asked` gave out: most templates are written when all has been asked. */
  private copy: Answers | null = null;
  private readonly adopted = new Set<Answers>();
  private closed = false;

  constructor(target: Target) {
    this.target = target;
    // It has every field.
    this.view = Object.freeze(Object.defineProperties({}, asking)) as Target;
    watches.set(this.view, this);
  }

  ask(question: Question): unknown {
    const known = this.answers.get(question);
    if (known !== undefined || this.answers.has(question)) return known;
    if (this.closed) {
      throw new RangeError(
        `Expected \`${question}\` to be asked while the program is lowered: by now targets of other answers share it.`,
      );
    }
    const answer = question(this.target);
    this.answers.set(question, answer);
    this.copy = null;
    return answer;
  }

  /** What was asked so far. */
  asked(): Answers {
    this.copy ??= new Map(this.answers);
    return this.copy;
  }

  /** Whether what was made for these answers holds here too; if so, what is made of it depends on them as well. */
  adopts(answers: Answers): boolean {
    if (this.adopted.has(answers)) return true;
    if (!agrees(this.target, answers)) return false;
    for (const [question, answer] of answers) this.answers.set(question, answer);
    this.adopted.add(answers);
    this.copy = null;
    return true;
  }

  /** Everything that was asked; from now on nothing else may be. */
  close(): Answers {
    this.closed = true;
    return this.answers;
  }
}

/** Of a target that nobody watches, everything counts as asked. */
export const watchOf = (target: Target): WatchedTarget => {
  const known = watches.get(target);
  if (known !== undefined) return known;
  const watch = new WatchedTarget(target);
  for (const question of Object.values(fields)) watch.ask(question);
  return watch;
};

/** Asks for less than a field: targets that differ in it, but not in the answer, still share. */
export const ask = <A>(target: Target, question: (target: Target) => A): A => {
  const watch = watches.get(target);
  // The watch passes the question's answer on as it is.
  return watch === undefined ? question(target) : (watch.ask(question) as A);
};
