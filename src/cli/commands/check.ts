/** `pedalbench check`: holds CPU budgets; fails when one does not hold. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderCheck } from '../../report/check/text.ts';
import type { ParsedBudgets } from '../../scenario/parse-budgets.ts';
import type { Baseline } from '../../study/check/baseline.ts';
import { emptyBaseline, formatBaseline, parseBaseline } from '../../study/check/baseline.ts';
import type { CheckOutcome } from '../../study/check/check.ts';
import type { CheckVerdict } from '../../study/check/verdict.ts';
import { type InputKeys, partOf, sliceOf } from '../../study/parts/part.ts';
import { counted } from '../../units/number-text.ts';
import { writeWhole } from '../../units/output-file.ts';
import { readText } from '../../units/read-text.ts';
import type { CheckRequest } from '../../workbench/check.ts';
import { besideBudgets, check as checkBudgets, readBudgets } from '../../workbench/check.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { inputKeysOf, inputsOfJobs } from '../../workers/sweep/inputs.ts';
import { openAudio, ratiosOn } from '../audio-input.ts';
import { type Call, type Command, following, headOf } from '../call.ts';
import { initBudgets, initOptions } from '../check-init.ts';
import { reportOptions, writeReports } from '../check-reports.ts';
import { usageError } from '../cli-error.ts';
import { shardOf, sharedOptions } from '../options.ts';
import { quoted } from '../pages.ts';

const baselinePath = (call: Call, { origin, baseline = 'baseline.json' }: ParsedBudgets): string =>
  call.path(call.text('baseline') ?? join(dirname(call.path(origin)), baseline));

/** Says what the user may not expect of the audio, and how far it is. */
const ratiosFrom =
  (call: Call): NonNullable<CheckRequest['esrToFull']> =>
  async (model, widths, audio) => {
    const reader = openAudio(call, audio);
    try {
      return await ratiosOn(call, reader, model, widths);
    } finally {
      reader.close();
    }
  };

/** What is read; nothing where it cannot be. */
const orNone = <T>(read: () => Iterable<T>): readonly T[] => {
  try {
    return [...read()];
  } catch {
    return [];
  }
};

/** Measures and judges; with `--update-baseline` against what was just written: nothing has grown. */
const evaluate = async (
  call: Call,
  workbench: Workbench,
  budgets: ParsedBudgets,
  path: string,
  command: string,
  onVerdict: (verdict: CheckVerdict) => void,
): Promise<CheckOutcome> => {
  const esrToFull = ratiosFrom(call);
  const against = (baseline: Baseline, hear?: typeof onVerdict): Promise<CheckOutcome> =>
    following(call, 'budgets', (hooks) =>
      checkBudgets(workbench, { budgets, baseline, esrToFull, onVerdict: hear, command }, hooks),
    );
  if (!call.flag('update-baseline')) {
    const before = existsSync(path) ? parseBaseline(readText(path), path, command) : emptyBaseline;
    return against(before, onVerdict);
  }
  const result = await against(emptyBaseline);
  if (result.faulty > 0) {
    call.note(`${path}: not written, because a budget could not be measured.`);
    return result;
  }
  const written = formatBaseline(result.measured);
  // A baseline that cannot be read is written anew.
  const cases = orNone(() => parseBaseline(readText(path), path).keys());
  const gone = cases.filter((name) => !result.measured.has(name));
  writeWhole(path, written);
  call.note(`${path}: ${counted(result.measured.size, 'case')}. Commit it.`);
  if (gone.length > 0) {
    const names = `${gone.slice(0, 3).join(', ')}${gone.length > 3 ? ', ...' : ''}`;
    call.warn(
      `${path}: ${gone.length} that no budget of this file has went (${names}). Where another file of budgets has them, give it a \`baseline\` of its own.`,
    );
  }
  return against(parseBaseline(written, path), onVerdict);
};

/** Of everything that the budgets of the whole file read. */
const inputsOf = (workbench: Workbench, file: ParsedBudgets, baseline: string): InputKeys => {
  const { name, sound } = besideBudgets(workbench, file);
  const { budgets } = file;
  const named = (of: 'model' | 'device' | 'scenario'): readonly string[] =>
    budgets.flatMap((budget) => budget[of] ?? []).map(name);
  // A scenario that is not there is a failure of its budget, and has no content.
  const jobs = named('scenario').flatMap((name) => orNone(() => workbench.scenario(name).jobs));
  const played = inputsOfJobs(jobs);
  return inputKeysOf(workbench, {
    models: [...named('model'), ...played.models],
    devices: [...named('device'), ...played.devices],
    sounds: [...budgets.flatMap((budget) => budget.audio ?? []).map(sound), ...played.sounds],
    request: [budgets, existsSync(baseline) ? readText(baseline) : null, played.request],
  });
};

export const check: Command = {
  usage: '[BUDGETS.json] [options]',
  examples: [
    ['check', 'holds the budgets of budgets.json'],
    ['check --init --model my.nam --device mod-dwarf', "writes a first file from today's numbers"],
    ['check --update-baseline', 'records what everything costs now'],
    ['check ci/budgets.json --junit budgets.xml --markdown budgets.md', 'for a pipeline'],
  ],
  options: {
    ...reportOptions,
    baseline: {
      value: 'FILE',
      help: 'the committed baseline (default: baseline.json beside the budgets)',
    },
    ...sharedOptions('jsonl', 'shard'),
    // Threads were of use here once: what calls it with a number still runs.
    workers: { value: 'N', help: 'accepted and without effect: one thread does the work' },
    'update-baseline': { help: 'write the baseline from what is measured now' },
    init: { help: "write a first file of budgets from today's numbers" },
    ...initOptions,
  },
  notes: [
    'Exit code 0 when all budgets hold, 1 when one does not, 2 for a faulty file, 3 when something could not be judged. On GitHub failures are annotated on their line, and the summary gets the table.',
  ],
  run: async (call) => {
    // As the reader of the file would write it.
    const [path = 'budgets.json', ...more] = call.positionals;
    if (more.length > 0) {
      throw usageError(`Expected one file of budgets, got ${more.length + 1}.`);
    }
    if (call.flag('init')) return initBudgets(call, path);
    const early = Object.keys(initOptions).find((option) => call.has(option));
    if (early !== undefined) {
      throw usageError(`--${early} is for --init: a budget says it in its own file.`);
    }
    const workbench = openWorkbench(call.io);
    const shard = shardOf(call);
    if (shard !== null && call.flag('update-baseline')) {
      throw usageError('--update-baseline needs all budgets: leave out --shard.');
    }
    const whole = readBudgets(workbench, path);
    const [budgets, lines] = [sliceOf(whole.budgets, shard), sliceOf(whole.lines, shard)];
    const file = { ...whole, budgets, lines };
    const baseline = baselinePath(call, whole);
    const given = call.text('baseline');
    const files = [...call.positionals, ...(given === undefined ? [] : ['--baseline', given])];
    const command = ['check', ...files.map(quoted)].join(' ');
    const output = call.rows('check', 'verdicts');
    const result = await evaluate(call, workbench, file, baseline, command, (verdict) =>
      output.add([verdict]),
    );
    const { verdicts, counts, exitCode } = result;
    // Whatever happens to a report, what was found out is said before.
    const rest = { ...headOf('check'), counts };
    const part =
      shard === null
        ? undefined
        : partOf(shard, inputsOf(workbench, whole, baseline), verdicts, rest);
    output.print({ verdicts, counts, part }, (style) => renderCheck(result, style, command));
    const written = writeReports(call, file, result);
    return written || exitCode === 1 ? exitCode : 2;
  },
};
