import { describe, expect, test } from 'vitest';
import { parseWords } from '../../src/cli/args.ts';
import { Call, following, globalOptions, progressOf } from '../../src/cli/call.ts';
import { Interrupted } from '../../src/cli/cli-error.ts';
import type { Steps } from '../../src/study/cost/steps.ts';
import { workThrough } from '../../src/workbench/hooks.ts';
import { fakeIo } from './fake-io.ts';

const run = (tick: number, isTTY: boolean, words: string[] = []): string => {
  const { io, err } = fakeIo({ isTTY, tick });
  const progress = progressOf(new Call(parseWords(words, globalOptions), io), 'rendering');
  for (let i = 1; i <= 100; i++) progress.update(i / 100);
  progress.end();
  return err.join('');
};

test('work of less than a second shows nothing', () => {
  expect(run(5, false)).toBe('');
  expect(run(5, true)).toBe('');
});

test('without a terminal there is a line per ten percent, and no escapes', () => {
  const lines = run(100, false).trimEnd().split('\n');
  expect(lines.length).toBe(10);
  expect(lines[0]).toBe('rendering: 10 %');
  expect(lines.at(-1)).toBe('rendering: 100 %');
});

test('on a terminal there is a bar, which vanishes at the end', () => {
  const text = run(100, true);
  expect(text).toContain('\rrendering [############............]  50 %');
  expect(text.endsWith('\r\u001b[K')).toBe(true);
});

test('--quiet shows nothing', () => {
  expect(run(100, true, ['--quiet'])).toBe('');
});

describe('steps', () => {
  function* hundred(): Steps<string> {
    for (let i = 0; i < 100; i++) yield i / 100;
    return 'done';
  }

  const work = async (tick: number, signal?: AbortSignal) => {
    const { io, err } = fakeIo({ tick, ...(signal === undefined ? {} : { signal }) });
    const call = new Call(parseWords([], globalOptions), io);
    const outcome = await following(call, 'predicting', (hooks) =>
      workThrough(hundred(), hooks),
    ).catch((error: unknown) => error);
    return { outcome, lines: err.join('').trimEnd().split('\n') };
  };

  test('show how far they are, to the end', async () => {
    const { outcome, lines } = await work(100);
    expect(outcome).toBe('done');
    expect(lines.at(-1)).toBe('predicting: 100 %');
    expect(lines.length).toBe(10);
  });

  test('show nothing where they are quick', async () => {
    expect(await work(1)).toEqual({ outcome: 'done', lines: [''] });
  });

  test('end where the user interrupts', async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { outcome } = await work(100, interrupt.signal);
    expect(outcome).toBeInstanceOf(Interrupted);
  });
});
