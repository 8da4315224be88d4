/** `pedalbench predict MODEL...`: which width runs on which pedal, once and twice. */
import { predictPage } from '../../report/html/predict-page.ts';
import { renderPredict } from '../../report/predict/table.ts';
import { type OnlyWord, onlyWords, type SortWord, sortWords } from '../../study/predict/select.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import type { Args } from '../args.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { modelNames, modelsFromOption } from '../model-names.ts';
import { styleOf, warn } from '../output.ts';
import { predictMany } from '../predict-many.ts';
import { jsonlOption, RowOutput } from '../row-output.ts';
import { shardOption } from '../shard-option.ts';
import {
  changedBy,
  devicesOf,
  largestBlockFrames,
  rateOptions,
  ratesOf,
  settingOptions,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
  workersOption,
} from '../study-options.ts';

/** Options of the call that the command it proposes should have, too. */
const explainKeeps = [
  'engine',
  'block',
  'rate',
  'no-resample',
  'tanh',
  'set',
  'clock',
  'what-if',
] as const;
const predictKeeps = [...explainKeeps, 'width', 'parallel', 'split', 'audio'] as const;

const keptOf = (args: Args, names: readonly string[]): string =>
  names
    .flatMap((name) => {
      const value = args.text(name);
      // What asks for several things is not what the next command is about.
      if (value === 'all' || (value?.includes(',') && name !== 'set')) return [];
      if (value !== null) {
        return [` --${name} ${/[\s'"*?$]/.test(value) ? JSON.stringify(value) : value}`];
      }
      return args.flag(name) ? [` --${name}`] : [];
    })
    .join('');

export const predict: Command = {
  usage: 'MODEL... [options]',
  examples: [
    ['predict a2', 'every pedal and every width of a model of the package'],
    ['predict my.nam --device darkglass-anagram,mod-dwarf', 'a file of yours on two pedals'],
    [
      'predict a2 --device pi-4 --engine all --block 16,64,256',
      'how engines and block sizes differ',
    ],
    ['predict a2 --audio di.wav', 'what each width costs in sound, beside its load'],
    ['predict captures/ --jsonl', 'all files of a folder, a line of JSON a row'],
    ['predict my.nam --what-if --width ch:5', 'a width that the file was not trained for'],
  ],
  options: {
    device: { value: 'ID,...|all', help: 'pedals by id or path (default: all)', list: true },
    engine: { value: 'ID|auto|all', help: 'auto is the one that the device ships (default)' },
    block: { value: 'N,...', help: "frames per block (default: the device's own)", list: true },
    ...rateOptions,
    width: widthOption,
    copies: { value: 'N,...', help: 'how many at the same time (default: 1,2)', list: true },
    tanh: tanhOption,
    parallel: { help: 'copies on different cores' },
    split: { value: 'L', help: 'one model pipelined over two cores after layer L' },
    audio: {
      value: 'FILE',
      help: 'a WAV file: adds the error-to-signal ratio to the full width, and its tanh costs',
    },
    'what-if': whatIfOption,
    'models-from': modelsFromOption,
    jsonl: jsonlOption,
    shard: shardOption,
    ...settingOptions,
    only: { value: onlyWords.join('|'), help: 'only rows with this verdict', choices: onlyWords },
    products: { help: 'only things to buy: no boards, classes of chip and computers' },
    sort: { value: sortWords.join('|'), help: 'the order of the rows', choices: sortWords },
    wide: { help: 'every width of every pedal, however long that is' },
    workers: workersOption,
    ...pageOptions,
  },
  notes: [
    'Load is the share of one audio core that the models take of each block, after what the device keeps for itself; in brackets where nine of ten such predictions hold the truth. A question mark: less sure than 95 %. Verdicts: fits, tight (less headroom than the device needs), over, wont-load (memory), unknown.',
  ],
  run: async (args, io) => {
    const workbench = openWorkbench(io);
    const names = modelNames(args, io, workbench);
    const devices = devicesOf(args, workbench).map((d) => changedBy(args, workbench, d));
    const split = args.integer('split', 1, 1024);
    const request = {
      devices,
      engine: args.text('engine') ?? 'auto',
      blockFrames: args.integers('block', 1, largestBlockFrames) ?? undefined,
      ...ratesOf(args),
      width: args.text('width') ?? 'all',
      whatIf: args.flag('what-if'),
      // A model that is pipelined over two cores is one copy.
      copies: args.integers('copies', 1, 64) ?? (split === null ? [1, 2] : [1]),
      parallel: args.flag('parallel'),
      splitAfterLayers: split ?? undefined,
      tanh: tanhOf(args) ?? undefined,
    };
    const selection = {
      only: (args.text('only') as OnlyWord | null) ?? undefined,
      products: args.flag('products'),
      sort: (args.text('sort') as SortWord | null) ?? undefined,
    };
    const output = new RowOutput(args, io, 'predict', 'rows');
    const result = await predictMany(args, io, workbench, { names, request, selection, output });
    for (const warning of result.warnings) warn(args, io, warning);
    writePages('predict', args, io, () => predictPage(result));
    if (output.wanted) output.end({ ...result });
    else {
      const typed = args.list('device') ?? [];
      // With `all` the devices are the catalogue's, and so are their ids.
      const words = typed.includes('all') ? [] : typed;
      const deviceWords = new Map(
        words.map((word, i) => {
          const device = devices[i];
          return [device === undefined ? word : (workbench.pathOf(device) ?? device.id), word];
        }),
      );
      const kept = { explain: keptOf(args, explainKeeps), predict: keptOf(args, predictKeeps) };
      io.stdout.write(
        renderPredict(result, styleOf(args, io), { deviceWords, kept, wide: args.flag('wide') }),
      );
    }
    return 0;
  },
};
