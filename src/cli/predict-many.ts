/** Predicts model by model: what was read and worked out for one goes with it, however many there are. */
import type { DeviceProfile } from '../device/profile.ts';
import { Seal, sealed, sliceOf } from '../study/parts/part.ts';
import type { PredictResult, PredictRow, SkippedCombination } from '../study/predict/row.ts';
import { type Selection, selectRows } from '../study/predict/select.ts';
import { type PredictRequest, predict } from '../workbench/predict.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { Progress } from './progress.ts';
import { headOf, type RowOutput } from './row-output.ts';
import { inputKeysOf, shardFrom } from './shard-option.ts';

export interface ManyRequest {
  /** Names of all models, also those of other shards. */
  readonly names: readonly string[];
  readonly request: Omit<PredictRequest, 'models' | 'model' | 'device'>;
  readonly selection: Selection;
  readonly output: RowOutput;
}

type Ask = (name: string) => Promise<PredictResult>;

const askerOf = (
  args: Args,
  io: Io,
  workbench: Workbench,
  { names, request, selection }: ManyRequest,
): Ask => {
  const audio = args.text('audio');
  // One model may say by itself how far it is; of many the file says it.
  const alone = names.length === 1;
  return async (name) => {
    const models = [workbench.model(name)];
    // Executors and audio are loaded only where they are asked for.
    const onAudio =
      audio === null
        ? {}
        : await (await import('./audio-measurements.ts')).measureOnAudio(args, io, models, audio);
    const all = { ...request, models, ...onAudio };
    const hooks = { signal: io.signal };
    const result = alone
      ? await new Progress(args, io, 'predicting').of((own) => predict(workbench, all, own))
      : await predict(workbench, all, hooks);
    return selectRows(result, { ...selection, sort: undefined });
  };
};

const refuseSort = (args: Args): void => {
  const other = ['jsonl', 'shard'].find((option) => args.has(option));
  if (args.has('sort') && other !== undefined) {
    throw new CliError('usage', `--sort needs all rows at once: leave out --sort or --${other}.`);
  }
};

/** The rows, unless they went out line by line; and of a shard what `merge` needs. */
export const predictMany = async (
  args: Args,
  io: Io,
  workbench: Workbench,
  many: ManyRequest,
): Promise<PredictResult & { readonly part?: ReturnType<typeof sealed> }> => {
  refuseSort(args);
  const { output, names, request } = many;
  const shard = shardFrom(args);
  const own = sliceOf(names, shard);
  const kept = !output.inLines || args.has('html') || args.has('svg');
  const ask = askerOf(args, io, workbench, many);
  const seal = new Seal();
  const rows: PredictRow[] = [];
  const skipped: SkippedCombination[] = [];
  const warnings = new Set<string>();
  const progress = new Progress(args, io, 'predicting');
  try {
    for (const [i, name] of own.entries()) {
      const result = await ask(name);
      for (const row of result.rows) {
        output.row(row);
        if (shard !== null) seal.row(row);
        if (kept) rows.push(row);
      }
      skipped.push(...result.skipped);
      for (const warning of result.warnings) warnings.add(warning);
      if (own.length > 1) await progress.step((i + 1) / own.length);
    }
  } finally {
    progress.end();
  }
  const rest = { skipped, warnings: [...warnings] };
  const sorted = selectRows({ rows, ...rest }, { sort: many.selection.sort });
  if (shard === null) return sorted;
  const { devices: _, ...settings } = request;
  const inputs = inputKeysOf(workbench, {
    models: names,
    devices: devicesOf(request),
    sounds: args.text('audio') === null ? [] : [args.text('audio') ?? ''],
    request: [settings, many.selection],
  });
  return { ...sorted, part: sealed(seal, shard, inputs, { ...headOf('predict'), ...rest }) };
};

const devicesOf = ({ devices }: ManyRequest['request']): readonly (string | DeviceProfile)[] =>
  devices === undefined ? [] : Array.isArray(devices) ? devices : [devices as DeviceProfile];
