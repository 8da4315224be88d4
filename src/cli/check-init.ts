/** `check --init`: a first file of budgets for what was given, as it was given. */
import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { type FirstBudget, firstBudgets } from '../study/check/first-budgets.ts';
import { writeWhole } from '../units/output-file.ts';
import { openWorkbench } from '../workbench/open-workbench.ts';
import { pathFrom } from '../workbench/places.ts';
import { predictSync } from '../workbench/predict.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { ExitCode, Io } from './io.ts';
import type { OptionSpec } from './option-spec.ts';
import { note } from './output.ts';
import { largestBlockFrames, tanhOf, tanhOption, widthOption } from './study-options.ts';

/** Those of `check` that stand beside `--init` only. */
export const initOptions: Readonly<Record<string, OptionSpec>> = {
  model: { value: 'M,...', help: 'with --init: which models (default: all)', list: true },
  device: { value: 'ID,...|all', help: 'with --init: which pedals (default: all)', list: true },
  engine: { value: 'ID|auto', help: 'with --init: the engine' },
  width: { ...widthOption, help: `with --init: ${widthOption.help}` },
  block: { value: 'N', help: 'with --init: frames per block' },
  rate: { value: 'HZ', help: 'with --init: sample rate' },
  copies: { value: 'N', help: 'with --init: how many at the same time' },
  tanh: { ...tanhOption, help: `with --init: ${tanhOption.help}` },
};

/** Whether a path leads to a file; a folder of the name of a model is none. */
const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const fromFolder = (folder: string, path: string): string =>
  (relative(folder, path) || '.').split(sep).join('/');

/** A path as the file of budgets has to say it; ids stay. */
const nameIn = (folder: string, io: Io, name: string): string => {
  const path = resolve(io.cwd, name);
  return isFile(path) ? fromFolder(folder, path) : name;
};

const settingsOf = (
  args: Args,
): Pick<FirstBudget, 'engine' | 'block' | 'rateHz' | 'copies' | 'tanh'> => {
  const given = {
    engine: args.text('engine') ?? undefined,
    block: args.integer('block', 1, largestBlockFrames) ?? undefined,
    rateHz: args.integer('rate', 8000, 768_000) ?? undefined,
    copies: args.integer('copies', 1, 64) ?? undefined,
    tanh: tanhOf(args) ?? undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
};

const devicesAsked = (args: Args, all: readonly string[]): readonly string[] => {
  const asked = args.list('device') ?? ['all'];
  return asked.includes('all') ? all : asked;
};

interface First {
  readonly budgets: readonly FirstBudget[];
  /** Why a combination has no cost. */
  readonly reasons: readonly string[];
}

const firstOf = (args: Args, io: Io, folder: string): First => {
  const workbench = openWorkbench(io);
  const settings = settingsOf(args);
  const models = args.list('model') ?? [...workbench.models.paths.keys()];
  const reasons = new Set<string>();
  const budgets = models.flatMap((modelName) => {
    return devicesAsked(args, workbench.devices.ids).flatMap((deviceName) => {
      const { rows, skipped } = predictSync(workbench, {
        model: modelName,
        device: deviceName,
        engine: settings.engine,
        width: args.text('width') ?? 'all',
        copies: settings.copies,
        blockFrames: settings.block,
        sampleRateHz: settings.rateHz,
        tanh: settings.tanh,
      });
      const unknown = rows.filter((row) => row.load === null).flatMap((row) => row.reasons);
      for (const one of [...skipped.map(({ reason }) => reason), ...unknown]) reasons.add(one);
      const names = {
        model: nameIn(folder, io, modelName),
        device: nameIn(folder, io, deviceName),
      };
      return firstBudgets(rows, names, settings);
    });
  });
  return { budgets, reasons: [...reasons] };
};

export const initBudgets = (args: Args, io: Io, path: string): ExitCode => {
  const full = pathFrom(io, path);
  if (existsSync(full)) {
    throw new CliError(
      'invalid',
      `${path}: is already there and stays as it is. Name another file.`,
    );
  }
  const folder = dirname(resolve(io.cwd, path));
  const { budgets, reasons } = firstOf(args, io, folder);
  if (budgets.length === 0) {
    throw new CliError(
      'invalid',
      `There is no cost to hold: ${reasons.join(' ') || 'nothing matches.'}`,
    );
  }
  const schema = resolve(io.cwd, 'node_modules/pedalbench/schemas/budgets.schema.json');
  const way = fromFolder(folder, schema);
  const document = { $schema: way.startsWith('.') ? way : `./${way}`, budgets };
  writeWhole(full, `${JSON.stringify(document, null, 2)}\n`);
  const file = path === 'budgets.json' ? '' : ` ${path}`;
  note(
    args,
    io,
    `${path}: ${budgets.length} budgets, 5 % above today's cost, and at most 1 % growth. Next: 'pedalbench check${file} --update-baseline', commit both files. To tighten a budget lower its max; to make it strict set maxIncreasePercent to 0.`,
  );
  return 0;
};
