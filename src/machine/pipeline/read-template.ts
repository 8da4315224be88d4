/**
 * What a template is to the machine, worked out once and for every core: its spelling for the scoreboard, the
 * memory that it touches, what its time has beside a simulation. The inner loops are compiled from
 * `assembly/templates/` to WebAssembly, as the scoreboard's are and for the same reason.
 */
import type { Template } from '../../kernel/template.ts';
import type { WasmMemory } from '../../kernel/webassembly.ts';
import { instanceOf, readNumbers, readWords, writeWords } from '../compiled-module.ts';
import type { ClosedForm } from './closed-form-terms.ts';
import { isJump, isTaken, isTracked } from './code-layout.ts';
import { operationCount } from './operation.ts';
import type { Prepared } from './prepared.ts';
import { runWords } from './run-layout.ts';
import { TemplateText } from './template-text.ts';
import templatesBinary from './templates-binary.json' with { type: 'json' };

/** What `assembly/templates/index.ts` exports. Places are in bytes. */
interface Exports {
  readonly memory: WasmMemory;
  readonly placeText: (words: number, registers: number, loops: number, slots: number) => number;
  readonly read: () => void;
  readonly codeAt: () => number;
  readonly codeWords: () => number;
  readonly codeHash: () => number;
  readonly registerCount: () => number;
  readonly operationsInCode: () => number;
  readonly codeFlags: () => number;
  readonly occursAt: () => number;
  readonly runsAt: () => number;
  readonly runsFound: () => number;
  readonly accessesAt: () => number;
}

/**
 * Which memory a template touches, in the order of first touch: runs of consecutive floats per slot.
 * What is touched again within one execution is taken to be in the level-1 cache still.
 */
export interface Touches {
  /** As `run-layout.ts` says. */
  readonly runs: Int32Array;
  /** Memory instructions executed per slot, for memories that make every access wait. */
  readonly accesses: Float64Array;
}

export interface ReadTemplate {
  readonly prepared: Prepared;
  readonly touches: Touches;
  readonly closedForm: ClosedForm;
}

const bytesOf = (words: Int32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** Reads templates; those that are spelled alike share what was prepared. */
export class TemplateReader {
  readonly #exports: Exports;
  readonly #text = new TemplateText();
  /** Everything that was prepared, by the hash of its spelling. */
  readonly #prepared = new Map<number, Prepared[]>();

  /** `binary`: a module compiled from `assembly/templates/`. */
  constructor(binary: Uint8Array) {
    this.#exports = instanceOf(binary, 'a template');
  }

  #spelled(loopCount: number): Prepared {
    const e = this.#exports;
    const hash = e.codeHash();
    const code = new Int32Array(e.memory.buffer, e.codeAt(), e.codeWords());
    const alike = this.#prepared.get(hash) ?? [];
    this.#prepared.set(hash, alike);
    const known = alike.find((other) => Buffer.compare(bytesOf(other.code), bytesOf(code)) === 0);
    if (known !== undefined) return known;
    const operations: number[] = [];
    const occurs = new Int32Array(e.memory.buffer, e.occursAt(), operationCount);
    for (let o = occurs.indexOf(1); o >= 0; o = occurs.indexOf(1, o + 1)) operations.push(o);
    const flags = e.codeFlags();
    const prepared: Prepared = {
      code: code.slice(),
      registerCount: e.registerCount(),
      loopCount,
      size: e.operationsInCode(),
      operations,
      taken: (flags & (isTaken | isJump)) !== 0,
      tracked: (flags & isTracked) !== 0,
    };
    alike.push(prepared);
    return prepared;
  }

  read(template: Template): ReadTemplate {
    const e = this.#exports;
    const { registerCount, loopCount, slots } = template;
    const text = this.#text;
    text.write(template);
    const { words, length, terms, lanes } = text;
    const place = e.placeText(length, registerCount, loopCount, slots.length);
    writeWords(e.memory, place, words.subarray(0, length));
    e.read();
    return {
      prepared: this.#spelled(loopCount),
      touches: {
        runs: readWords(e.memory, e.runsAt(), e.runsFound() * runWords),
        accesses: readNumbers(e.memory, e.accessesAt(), slots.length),
      },
      closedForm: { terms, lanes },
    };
  }
}

let reader: TemplateReader | null = null;

const known = new WeakMap<Template, ReadTemplate>();

/** Memoised. */
export const readTemplate = (template: Template): ReadTemplate => {
  const memo = known.get(template);
  if (memo !== undefined) return memo;
  reader ??= new TemplateReader(Buffer.from(templatesBinary, 'base64'));
  const read = reader.read(template);
  known.set(template, read);
  return read;
};
