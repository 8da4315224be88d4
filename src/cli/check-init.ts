/** `check --init`: a first file of budgets for what was given, as it was given. */
import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { type FirstSettings, firstBudgets } from '../study/check/first-budgets.ts';
import { counted } from '../units/number-text.ts';
import { writeWhole } from '../units/output-file.ts';
import { openWorkbench } from '../workbench/open-workbench.ts';
import { predict } from '../workbench/predict.ts';
import type { Options } from './args.ts';
import { type Call, following } from './call.ts';
import { inputError } from './cli-error.ts';
import type { ExitCode, Io } from './io.ts';
import { shared, tanhOf } from './options.ts';
import { filesOf } from './predict-many.ts';

/** Those of `check` that stand beside `--init` only. */
export const initOptions: Options = {
  model: {
    value: 'M,...',
    help: 'with --init: which models, files, folders (default: all)',
    list: true,
  },
  device: { value: 'ID,...|all', help: 'with --init: which pedals (default: all)', list: true },
  engine: { ...shared.engine, help: 'with --init: the engine' },
  width: { ...shared.width, help: `with --init: ${shared.width.help}` },
  block: { ...shared.block, help: 'with --init: frames per block' },
  rate: { ...shared.rate, help: 'with --init: sample rate' },
  copies: { ...shared.copies, help: 'with --init: how many at the same time' },
  tanh: { ...shared.tanh, help: `with --init: ${shared.tanh.help}` },
};

const fromFolder = (folder: string, path: string): string =>
  (relative(folder, path) || '.').split(sep).join('/');

/** A path as the file of budgets has to say it; ids stay, and a folder of the name of a model is none. */
const nameIn = (folder: string, io: Io, name: string): string => {
  const path = resolve(io.cwd, name);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? fromFolder(folder, path) : name;
};

/** The budgets, and why a combination has no cost. */
const firstOf = (call: Call, folder: string) => {
  const { io } = call;
  const workbench = openWorkbench(io);
  const alike = { engine: call.text('engine'), copies: call.number('copies'), tanh: tanhOf(call) };
  const [blockFrames, sampleRateHz] = [call.number('block'), call.number('rate')];
  const asked = { ...alike, width: call.text('width') ?? 'all', blockFrames, sampleRateHz };
  const given = { ...alike, block: blockFrames, rateHz: sampleRateHz };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings: FirstSettings = Object.fromEntries(known);
  const models = filesOf(io, workbench, call.list('model') ?? [...workbench.models.paths.keys()]);
  const named = call.list('device') ?? ['all'];
  const devices = named.includes('all') ? workbench.devices.ids : named;
  const pairs = models.flatMap((model) => devices.map((device) => ({ model, device })));
  return following(call, 'predicting', async ({ onProgress, signal }) => {
    const reasons = new Set<string>();
    const budgets: object[] = [];
    for (const [i, { model, device }] of pairs.entries()) {
      const { rows, skipped } = await predict(workbench, { model, device, ...asked }, { signal });
      const unknown = rows.filter((row) => row.verdict === 'unknown').flatMap((row) => row.reasons);
      for (const one of [...skipped.map(({ reason }) => reason), ...unknown]) reasons.add(one);
      const names = { model: nameIn(folder, io, model), device: nameIn(folder, io, device) };
      budgets.push(...firstBudgets(rows, names, settings));
      onProgress?.((i + 1) / pairs.length);
    }
    return { budgets, reasons: [...reasons] };
  });
};

export const initBudgets = async (call: Call, path: string): Promise<ExitCode> => {
  const { cwd } = call.io;
  const full = call.path(path);
  if (existsSync(full)) {
    throw inputError(`${path}: is already there and stays as it is. Name another file.`);
  }
  const folder = dirname(resolve(cwd, path));
  const { budgets, reasons } = await firstOf(call, folder);
  if (budgets.length === 0) {
    throw inputError(`There is no cost to hold: ${reasons.join(' ') || 'nothing matches.'}`);
  }
  const schema = resolve(cwd, 'node_modules/pedalbench/schemas/budgets.schema.json');
  const way = fromFolder(folder, schema);
  const document = { $schema: way.startsWith('.') ? way : `./${way}`, budgets };
  writeWhole(full, `${JSON.stringify(document, null, 2)}\n`);
  const file = path === 'budgets.json' ? '' : ` ${path}`;
  call.note(
    `${path}: ${counted(budgets.length, 'budget')}, 5 % above today's cost, and at most 1 % growth. Next: 'pedalbench check${file} --update-baseline', commit both files. To tighten a budget lower its max; to make it strict set maxIncreasePercent to 0.`,
  );
  return 0;
};
