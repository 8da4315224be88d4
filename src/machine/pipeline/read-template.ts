/**
 * What a template is to the machine, worked out once and for every core: its encoding for the scoreboard, the
 * memory that it touches, what its time has beside a simulation.
 */
import QuickLRU from 'quick-lru';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import type { ClosedForm, Prepared } from './prepared.ts';
import { TemplateEncoder } from './template-encoder.ts';
import { type Touches, touchesOf } from './touches.ts';

export interface ReadTemplate {
  readonly prepared: Prepared;
  readonly touches: Touches;
  readonly closedForm: ClosedForm;
}

/** What was prepared and used last, by the hash of its encoding. */
const prepared = new QuickLRU<number, Prepared[]>({ maxSize: 2048 });

const hashOf = (code: Int32Array): number => {
  let sum = code.length;
  for (const word of code) sum = (Math.imul(sum, 31) + word) | 0;
  return sum;
};

const isSame = (a: Int32Array, b: Int32Array): boolean => {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
};

/** Templates that are encoded alike share what was prepared. */
const prepare = (encoding: TemplateEncoder, loopCount: number): Prepared => {
  const { code, registerCount, size } = encoding;
  const hash = hashOf(code);
  const alike = prepared.get(hash) ?? [];
  const known = alike.find((other) => isSame(other.code, code));
  if (known !== undefined) return known;
  const made: Prepared = { code, registerCount, loopCount, size };
  prepared.set(hash, [...alike, made]);
  return made;
};

const known = new WeakMap<Template, ReadTemplate>();

/** Memoised. */
export const readTemplate = (template: Template): ReadTemplate =>
  memoize(known, template, () => {
    const touches = touchesOf(template);
    const encoding = new TemplateEncoder(template, touches.shared);
    const { terms, lanes } = encoding;
    const prepared = prepare(encoding, template.loopCount);
    return { prepared, touches, closedForm: { terms, lanes } };
  });
