/** Predicts model by model: what was read and worked out for one goes with it, however many there are. */
import type { DeviceProfile } from '../device/profile.ts';
import { Seal, sealed, sliceOf } from '../study/parts/part.ts';
import type { PredictResult, PredictRow, SkippedCombination } from '../study/predict/row.ts';
import { type Selection, selectRows } from '../study/predict/select.ts';
import { type PredictRequest, predict } from '../workbench/predict.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { inputKeysOf } from '../workers/sweep/inputs.ts';
import { type Call, during, following, headOf, type Rows } from './call.ts';
import { usageError } from './cli-error.ts';
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
const predictOne = async (
  call: Call,
  workbench: Workbench,
  { names, devices, settings, selection }: ManyRequest,
  name: string,
): Promise<PredictResult> => {
  const audio = call.text('audio');
  const model = workbench.model(name);
  // Executors and audio are loaded only where they are asked for.
  const onAudio =
    audio === undefined
      ? {}
      : await (await import('./audio-input.ts')).measureOnAudio(call, model, audio);
  const request = { ...settings, devices, models: [model], ...onAudio };
  const result =
    names.length === 1
      ? await following(call, 'predicting', (hooks) => predict(workbench, request, hooks))
      : await predict(workbench, request, { signal: call.io.signal });
  return selectRows(result, { ...selection, sort: undefined });
};

const refuseSort = (call: Call): void => {
  const other = ['jsonl', 'shard'].find((option) => call.has(option));
  if (call.has('sort') && other !== undefined) {
    throw usageError(`--sort needs all rows at once: leave out --sort or --${other}.`);
  }
};

/** The rows, unless they went out line by line; and of a shard what `merge` needs. */
export const predictMany = async (
  call: Call,
  workbench: Workbench,
  many: ManyRequest,
): Promise<PredictResult & { readonly part?: ReturnType<typeof sealed> }> => {
  refuseSort(call);
  const { output, names, devices, settings, selection } = many;
  const shard = shardOf(call);
  const own = sliceOf(names, shard);
  const kept = !output.inLines || call.has('html') || call.has('svg');
  const seal = new Seal();
  const rows: PredictRow[] = [];
  const skipped: SkippedCombination[] = [];
  const warnings = new Set<string>();
  await during(call, 'predicting', async (progress) => {
    for (const [i, name] of own.entries()) {
      const result = await predictOne(call, workbench, many, name);
      for (const row of result.rows) {
        output.row(row);
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
  const inputs = inputKeysOf(workbench, { models: names, devices, sounds, request });
  return { ...sorted, part: sealed(seal, shard, inputs, { ...headOf('predict'), ...rest }) };
};
