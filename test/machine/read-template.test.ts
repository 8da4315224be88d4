/** What is read off templates: words that say what was written. */
import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import type { Template } from '../../src/kernel/template.ts';
import {
  atAccumulator,
  atBody,
  atFlags,
  atNext,
  atOperation,
  atTrips,
  isTaken,
  isTracked,
  loopMark,
} from '../../src/machine/pipeline/code-layout.ts';
import { operationIndex } from '../../src/machine/pipeline/operation.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';

/** Operations of the words from `from` to `end`, one after another. */
const operations = (code: Int32Array, from: number, end: number): number[] => {
  const found: number[] = [];
  for (let at = from; at < end; at = code[at + atNext] as number) {
    found.push(code[at + atOperation] as number);
  }
  return found;
};

const built = (write: (b: KernelBuilder) => void): Template => {
  const b = new KernelBuilder();
  write(b);
  return b.build('words');
};

const [int, branch, load] = (['int', 'branch', 'loadInt'] as const).map((name) =>
  operationIndex(name, 's'),
);

test('instructions that only cost are spread among one another, and a loop ends with its branch back', () => {
  const { prepared } = readTemplate(
    built((b) => {
      b.loop(5, () => {
        b.cost('int', 4);
        b.cost('branch', 2);
      });
    }),
  );
  const { code } = prepared;
  expect(code[0]).toBe(loopMark);
  expect(code[atTrips]).toBe(5);
  // Integers come at 1/8, 3/8, 5/8 and 7/8 of the run, branches unevenly at 1/4 and 0.56; the last branch goes to the end.
  const bodyEnd = code[5] as number;
  expect(operations(code, atBody, bodyEnd)).toEqual([int, int, branch, int, int, branch]);
  const words = [...code.subarray(atBody, bodyEnd)];
  const last = words.length - 7;
  expect((words[last + atFlags] as number) & isTaken).toBe(isTaken);
});

test('of instructions that come at the same place in a run the first written goes first', () => {
  const { code } = readTemplate(
    built((b) => {
      b.cost('int', 2);
      b.cost('loadInt', 2);
    }),
  ).prepared;
  expect(operations(code, 0, code.length)).toEqual([int, load, int, load]);
});

test('registers are numbered by their first use, and addresses kept only where a load may wait for a store', () => {
  const write =
    (spare: number) =>
    (b: KernelBuilder): void => {
      const [x, y] = [b.slot('x'), b.slot('y')];
      b.registerList(spare);
      const one = b.load(b.at(x, 8), 4);
      const two = b.load(b.at(y, 16), 4);
      b.fma(one, one, two, 4, { into: two });
      b.store(two, b.at(y, 16), 4);
    };
  const { prepared } = readTemplate(built(write(0)));
  const { code } = prepared;
  const second = code[atNext] as number;
  const third = code[second + atNext] as number;
  expect((code[atFlags] as number) & isTracked).toBe(0);
  expect((code[second + atFlags] as number) & isTracked).toBe(isTracked);
  expect(code[third + atAccumulator]).toBe(1);
  expect(prepared.registerCount).toBe(2);
  // Names of registers do not matter: encoded alike, they are one.
  expect(readTemplate(built(write(3))).prepared).toBe(prepared);
});
