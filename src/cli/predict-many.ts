/** Which models `predict` is asked for, one after the other: what was read and worked out for one goes with it, however many there are. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import picomatch from 'picomatch';
import type { DeviceProfile } from '../device/profile.ts';
import { widthsOf } from '../nam/widths.ts';
import { Seal, sealed, sliceOf } from '../study/parts/part.ts';
import type { PredictRow, SkippedCombination } from '../study/predict/row.ts';
import { type Selection, selectRows } from '../study/predict/select.ts';
import { readText } from '../units/read-text.ts';
import { type PredictRequest, predict } from '../workbench/predict.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { predictOnThreads } from '../workers/predict/predict-on-threads.ts';
import { inputKeysOf } from '../workers/sweep/inputs.ts';
import { defaultWorkers } from '../workers/threads.ts';
import { type Call, during, following, headOf, type Rows } from './call.ts';
import { notFound, usageError } from './cli-error.ts';
import type { Io } from './io.ts';
import { shardOf } from './options.ts';

export interface ManyRequest {
  /** Names of all models, also those of other shards. */
  readonly names: readonly string[];
  readonly devices: readonly DeviceProfile[];
  readonly settings: Omit<PredictRequest, 'models' | 'model' | 'device' | 'devices'>;
  readonly selection: Selection;
  readonly output: Rows;
}

/** One model may say by itself how far it is; of many the file says it. */
const predictOne = async (call: Call, workbench: Workbench, many: ManyRequest, name: string) => {
  const { names, devices, settings, selection } = many;
  const audio = call.text('audio');
  const [first, ...others] = partsOf(call.io, workbench, name);
  const beside = others.map((other) => ({ width: settings.width ?? 'all', ...other }));
  if (beside.length > 0 && audio !== undefined) {
    throw usageError('--audio measures models one by one: leave it out beside MODEL+MODEL.');
  }
  const model = workbench.model(first.model);
  // Executors and audio are loaded only where they are asked for.
  const onAudio =
    audio === undefined
      ? {}
      : await (await import('./audio-input.ts')).measureOnAudio(call, model, audio);
  const isOfMany = settings.width === 'all' && beside.length > 0;
  // The last is the widest, and there is one.
  const { width = isOfMany ? widthsOf(model).at(-1)?.label : settings.width } = first;
  const request = { ...settings, width, devices, models: [model], beside, ...onAudio };
  const { cwd, packageRoot, machine } = call.io;
  const workers = call.number('workers') ?? defaultWorkers();
  const threads = { places: { cwd, packageRoot, machine }, workers };
  const result =
    names.length === 1
      ? await following(call, 'predicting', (hooks) =>
          predictOnThreads(workbench, request, threads, hooks),
        )
      : await predict(workbench, request, { signal: call.io.signal });
  return selectRows(result, { ...selection, sort: undefined });
};

/** The rows, unless they went out line by line; and of a shard what `merge` needs. */
export const predictMany = async (call: Call, workbench: Workbench, many: ManyRequest) => {
  const other = ['jsonl', 'shard'].find((option) => call.has(option));
  if (call.has('sort') && other !== undefined) {
    throw usageError(`--sort needs all rows at once: leave out --sort or --${other}.`);
  }
  const { output, names, devices, settings, selection } = many;
  const shard = shardOf(call);
  const own = sliceOf(names, shard);
  const kept = !output.inLines || call.has('html') || call.has('svg');
  const seal = new Seal();
  const rows: PredictRow[] = [];
  const skipped: SkippedCombination[] = [];
  const warnings = new Set<string>();
  // The heap may grow to 1.6 times what is in use and not to four: half the memory, for a twentieth of the time.
  if (own.length > 16) setFlagsFromString('--heap-growing-percent=60');
  await during(call, 'predicting', async (progress) => {
    for (const [i, name] of own.entries()) {
      const result = await predictOne(call, workbench, many, name);
      output.add(result.rows);
      for (const row of result.rows) {
        if (shard !== null) seal.row(row);
        if (kept) rows.push(row);
      }
      skipped.push(...result.skipped);
      for (const warning of result.warnings) warnings.add(warning);
      if (own.length > 1) await progress.step((i + 1) / own.length);
    }
  });
  const rest = { skipped, warnings: [...warnings] };
  const sorted = selectRows({ rows, ...rest }, { sort: selection.sort });
  if (shard === null) return sorted;
  const sounds = call.has('audio') ? [call.text('audio') ?? ''] : [];
  const request = [settings, selection];
  const models = names.flatMap((name) => partsOf(call.io, workbench, name).map((one) => one.model));
  const inputs = inputKeysOf(workbench, { models, devices, sounds, request: [request, names] });
  return { ...sorted, part: sealed(seal, shard, inputs, { ...headOf('predict'), ...rest }) };
};

export const modelsFromOption = {
  value: 'FILE|-',
  help: 'further models, one a line; - reads them from stdin',
};

/** All .nam files below a folder, by their path from there. */
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.nam'))
    .sort();

const isPattern = (name: string): boolean => /[*?[]/.test(name);

const matching = (io: Io, glob: string): string[] => {
  const parts = glob.split('/');
  const folder =
    parts.slice(0, parts.findIndex(isPattern)).join('/') || (glob.startsWith('/') ? '/' : '.');
  const full = resolve(io.cwd, folder);
  if (!existsSync(full)) return [];
  const matches = picomatch(glob.replace(/^\.\//, ''), { dot: true });
  const paths = below(full).map((path) => (folder === '.' ? path : join(folder, path)));
  return paths.filter((path) => matches(path));
};

const found = (names: readonly string[], word: string): readonly string[] => {
  if (names.length > 0) return names;
  throw notFound(`${word}: expected at least one .nam file, got none.`);
};

interface NamedPart {
  readonly model: string;
  readonly width?: string;
}

const isModel = (io: Io, workbench: Workbench, word: string): boolean =>
  workbench.models.paths.has(word) || existsSync(resolve(io.cwd, word));

/** MODEL[:WIDTH]+MODEL[:WIDTH] are models on one pedal; what exists is taken as it is written. */
const partsOf = (io: Io, workbench: Workbench, word: string): [NamedPart, ...NamedPart[]] => {
  if (isModel(io, workbench, word)) return [{ model: word }];
  const [first = word, ...others] = word.split('+');
  const part = (text: string): NamedPart => {
    const [, model = text, width] = /^(.+?):(.+)$/.exec(text) ?? [];
    return isModel(io, workbench, text) || width === undefined ? { model: text } : { model, width };
  };
  return [part(first), ...others.map(part)];
};

/** What exists is taken as it is written; then ids, folders, patterns and commas. */
const expanded = (io: Io, workbench: Workbench, word: string): readonly string[] => {
  const stat = statSync(resolve(io.cwd, word), { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) return [word];
  if (workbench.models.paths.has(word)) return [word];
  if (stat !== undefined) {
    const inside = below(resolve(io.cwd, word));
    return found(
      inside.map((path) => join(word, path)),
      word,
    );
  }
  if (word.includes(',')) {
    return word.split(',').flatMap((part) => (part === '' ? [] : expanded(io, workbench, part)));
  }
  return isPattern(word) ? found(matching(io, word), word) : [word];
};

const listed = (call: Call): readonly string[] => {
  const file = call.text('models-from');
  if (file === undefined) return [];
  const text = file === '-' ? readFileSync(0, 'utf8') : readText(call.path(file));
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
};

/** Ids and paths of files, each once, in the order in which they were given. */
export const filesOf = (io: Io, workbench: Workbench, words: readonly string[]): string[] => [
  ...new Set(words.flatMap((word) => expanded(io, workbench, word))),
];

export const modelNames = (call: Call, workbench: Workbench): readonly string[] => {
  const words = [...call.positionals, ...listed(call)];
  if (words.length === 0) {
    const message =
      'Expected a model: an id (`pedalbench models` lists them), a .nam file, a folder or --models-from FILE.';
    throw usageError(message);
  }
  return filesOf(call.io, workbench, words);
};
