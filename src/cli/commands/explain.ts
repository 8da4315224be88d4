/** `pedalbench explain MODEL --device ID`: where the cycles go, and what differs between two. */
import { widthsOf } from '../../nam/widths.ts';
import { renderExplainDiff } from '../../report/explain-diff-text.ts';
import { renderExplain } from '../../report/explain-text.ts';
import { explainDiffPage, explainPage } from '../../report/html/explain-page.ts';
import type { ExplainedPoint } from '../../study/explain/explain-point.ts';
import {
  diff as diffOf,
  type ExplainRequest,
  explain as explainOne,
} from '../../workbench/explain.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import type { ExitCode, Io } from '../io.ts';
import { printJson, styleOf, warn } from '../output.ts';
import { Progress } from '../progress.ts';
import {
  changedBy,
  largestBlockFrames,
  oneDevice,
  oneModel,
  rateOptions,
  ratesOf,
  settingOptions,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
} from '../study-options.ts';

type Change = Partial<ExplainRequest>;

/** What is the same on both sides of a comparison, and all of it where there is none. */
const commonOf = (args: Args): Omit<ExplainRequest, 'model' | 'device'> => {
  const engine = args.text('engine') ?? 'auto';
  if (engine === 'all') throw new CliError('usage', '--engine: expected one engine, got "all".');
  return {
    engine,
    width: args.text('width') ?? undefined,
    blockFrames: args.integer('block', 1, largestBlockFrames) ?? undefined,
    ...ratesOf(args),
    copies: args.integer('copies', 1, 64) ?? 1,
    tanh: tanhOf(args) ?? undefined,
    whatIf: args.flag('what-if'),
  };
};

/** What a word of --diff names. Looked for in this order; the first kind that has both words wins. */
const changesOf = (
  workbench: Workbench,
  args: Args,
  words: readonly [string, string],
): [Change, Change] => {
  const [a, b] = words;
  const [modelName] = args.positionals;
  const { devices, models, engines } = workbench;
  const isModel = (word: string): boolean => models.paths.has(word) || word.endsWith('.nam');
  const labels =
    modelName === undefined ? [] : widthsOf(models.find(modelName)).map((w) => w.label);
  const isWidth = (word: string): boolean =>
    labels.includes(word) || /^ch:/.test(word) || /^[01]?(\.\d+)?$/.test(word);
  const kinds: readonly [(word: string) => boolean, (word: string) => Change][] = [
    [isWidth, (width) => ({ width })],
    [(word) => devices.ids.includes(word), (device) => ({ device })],
    [(word) => engines.some(({ id }) => id === word), (engine) => ({ engine })],
    [isModel, (model) => ({ model })],
  ];
  for (const [knows, change] of kinds) if (knows(a) && knows(b)) return [change(a), change(b)];
  throw new CliError(
    'usage',
    `--diff: expected two widths, two devices, two engines or two models, got "${a}" and "${b}".`,
  );
};

const nameOf = ({ row }: ExplainedPoint): string =>
  `${row.model} ${row.width.label} on ${row.deviceName}, ${row.engine}, blocks of ${row.blockFrames}`;

const diff = async (args: Args, io: Io, words: readonly [string, string]): Promise<ExitCode> => {
  const workbench = openWorkbench(io);
  const [changeA, changeB] = changesOf(workbench, args, words);
  const common = commonOf(args);
  const pointOf = (change: Change): Promise<ExplainedPoint> => {
    const model = change.model ?? oneModel(args, workbench);
    const device = change.device ?? changedBy(args, workbench, oneDevice(args, workbench));
    return new Progress(args, io, 'explaining').of((hooks) =>
      explainOne(workbench, { ...common, model, device, ...change }, hooks),
    );
  };
  const a = await pointOf(changeA);
  const b = await pointOf(changeB);
  const result = diffOf(a, b);
  writePages('explain', args, io, () => explainDiffPage(result, nameOf(a), nameOf(b)));
  if (args.flag('json')) printJson(io, 'explain', { a: a.row, b: b.row, diff: result });
  else io.stdout.write(renderExplainDiff(result, nameOf(a), nameOf(b), styleOf(args, io)));
  return 0;
};

export const explain: Command = {
  usage: 'MODEL --device ID [options]',
  examples: [
    ['explain a2 --device mod-dwarf', 'the full width, as the pedal ships it'],
    ['explain a2 --device pi-4 --width lite --engine nam-core', 'another width and engine'],
    ['explain a2 --device daisy-seed --block 48 --json', 'the same as data'],
    ['explain a2 --device mod-dwarf --diff lite,full', 'two widths, engines, devices or models'],
  ],
  options: {
    device: { value: 'ID', help: 'the pedal, by id or path' },
    engine: { value: 'ID|auto', help: 'auto is the one that the device ships (default)' },
    width: { ...widthOption, help: 'a ratio 0..1, ch:8, ch:16/8, or a label (default: full)' },
    block: { value: 'N', help: "frames per block (default: the device's own)" },
    ...rateOptions,
    copies: { value: 'N', help: 'how many at the same time (default: 1)' },
    diff: {
      value: 'A,B',
      help: 'what changes from A to B: two widths, devices, engines or models',
    },
    tanh: tanhOption,
    'what-if': whatIfOption,
    ...settingOptions,
    ...pageOptions,
  },
  notes: [
    'Layers, kinds and kernels each add up to the total, and the total is what predict says. Parts of a total are cycles that this limit explains in the model of the core.',
  ],
  run: async (args, io) => {
    const words = args.list('diff');
    if (words !== null) {
      const [a, b] = words;
      if (a === undefined || b === undefined || words.length > 2) {
        throw new CliError('usage', `--diff: expected A,B, got "${words.join(',')}".`);
      }
      return diff(args, io, [a, b]);
    }
    const workbench = openWorkbench(io);
    const request = {
      ...commonOf(args),
      model: oneModel(args, workbench),
      device: changedBy(args, workbench, oneDevice(args, workbench)),
    };
    const { row, explanation, warnings } = await new Progress(args, io, 'explaining').of((hooks) =>
      explainOne(workbench, request, hooks),
    );
    for (const warning of warnings) warn(args, io, warning);
    writePages('explain', args, io, () =>
      explainPage(
        explanation,
        `${row.model} ${row.width.label} on ${row.deviceName}, ${row.engine}`,
      ),
    );
    if (args.flag('json')) {
      printJson(io, 'explain', { prediction: row, ...explanation });
      return 0;
    }
    io.stdout.write(renderExplain(explanation, row, styleOf(args, io)));
    return 0;
  },
};
