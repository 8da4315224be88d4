/** A template made ready for simulation: built once per template, whatever the core; those that are spelled alike share it. */
import type { Template } from '../kernel/template.ts';
import { isTaken, isTracked } from './code-layout.ts';
import { Spelling } from './spelling.ts';

export interface Prepared {
  /** Operations and loops, one after another, as `code-layout.ts` says. */
  readonly code: Int32Array;
  readonly registerCount: number;
  readonly loopCount: number;
  /** Operations in the text (each once), to judge the length of a run. */
  readonly size: number;
  /** What decides between cores: each operation once, and whether branches or stored values matter. */
  readonly operations: readonly number[];
  readonly taken: boolean;
  readonly tracked: boolean;
}

const hashOf = (words: Int32Array, length: number): number => {
  let hash = length;
  for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + (words[i] as number)) | 0;
  return hash;
};

const isSpelled = (code: Int32Array, words: Int32Array, length: number): boolean => {
  if (code.length !== length) return false;
  for (let i = 0; i < length; i++) if (code[i] !== words[i]) return false;
  return true;
};

const spelling = new Spelling();

/** Everything that was prepared, by the hash of its spelling. */
const spelled = new Map<number, Prepared[]>();

const known = new WeakMap<Template, Prepared>();

export const prepare = (template: Template): Prepared => {
  const memo = known.get(template);
  if (memo) return memo;
  spelling.spell(template);
  const { words, length } = spelling;
  const hash = hashOf(words, length);
  const alike = spelled.get(hash) ?? [];
  spelled.set(hash, alike);
  let prepared = alike.find((other) => isSpelled(other.code, words, length));
  if (prepared === undefined) {
    prepared = {
      code: words.slice(0, length),
      registerCount: spelling.registers,
      loopCount: template.loopCount,
      size: spelling.size,
      operations: spelling.operations(),
      taken: (spelling.flags & isTaken) !== 0,
      tracked: (spelling.flags & isTracked) !== 0,
    };
    alike.push(prepared);
  }
  known.set(template, prepared);
  return prepared;
};
