/** `pedalbench predict MODEL...`: which width runs on which pedal, once and twice. */
import type { DeviceProfile } from '../../device/profile.ts';
import { predictPage } from '../../report/html/predict-page.ts';
import { renderPredict } from '../../report/predict/table.ts';
import { type OnlyWord, onlyWords, type SortWord, sortWords } from '../../study/predict/select.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import type { Call, Command } from '../call.ts';
import { changedBy, devicesOf, ratesOf, settingsOf, shared, sharedOptions } from '../options.ts';
import { pageOptions, writePages } from '../pages.ts';
import { modelNames, modelsFromOption, predictMany } from '../predict-many.ts';

/** Options of the call that the command it proposes should have, too. */
const explainKeeps = [
  ...['engine', 'block', 'rate', 'no-resample', 'oversample', 'tanh', 'set', 'clock', 'what-if'],
];
const predictKeeps = [...explainKeeps, 'width', 'parallel', 'split', 'audio'];

const keptOf = (args: Args, names: readonly string[]): string =>
  names
    .flatMap((name) => {
      const value = args.text(name);
      // What asks for several things is not what the next command is about.
      if (value === 'all' || (value?.includes(',') && name !== 'set')) return [];
      if (value === undefined) return args.flag(name) ? [` --${name}`] : [];
      return [` --${name} ${/[\s'"*?$]/.test(value) ? JSON.stringify(value) : value}`];
    })
    .join('');

/** What was typed for each device; with `all` the devices are the catalogue's, and so are their ids. */
const deviceWordsOf = (args: Args, workbench: Workbench, devices: readonly DeviceProfile[]) => {
  const typed = args.list('device') ?? ['all'];
  if (typed.includes('all')) return new Map();
  const places = devices.map((device) => workbench.pathOf(device) ?? device.id);
  return new Map(typed.map((word, i) => [places[i] ?? word, word]));
};

const requestOf = (call: Call) => {
  const split = call.number('split');
  const { engine = 'auto', width = 'all', ...settings } = settingsOf(call);
  return {
    ...settings,
    engine,
    width,
    blockFrames: call.numbers('block'),
    ...ratesOf(call),
    // A model that is pipelined over two cores is one copy.
    copies: call.numbers('copies') ?? (split === undefined ? [1, 2] : [1]),
    parallel: call.flag('parallel'),
    splitAfterLayers: split,
  };
};

export const predict: Command = {
  usage: 'MODEL[:WIDTH][+MODEL[:WIDTH]]... [options]',
  examples: [
    ['predict a2', 'every pedal and every width of a model of the package'],
    ['predict my.nam --device darkglass-anagram,mod-dwarf', 'a file of yours on two pedals'],
    [
      'predict a2 --device pi-4 --engine all --block 16,64,256',
      'how engines and block sizes differ',
    ],
    ['predict a2 --audio di.wav', 'what each width costs in sound, beside its load'],
    ['predict a2:lite+a1-nano --device pi-4', 'different models on one pedal at once'],
    ['predict captures/ --jsonl', 'all files of a folder, a line of JSON a row'],
    ['predict my.nam --what-if --width ch:5', 'a width that the file was not trained for'],
  ],
  options: {
    device: { value: 'ID,...|all', help: 'pedals by id or path (default: all)', list: true },
    engine: { ...shared.engine, value: 'ID|auto|all' },
    block: { ...shared.block, value: 'N,...', list: true },
    ...sharedOptions('rate', 'no-resample', 'oversample', 'width'),
    copies: {
      ...{ ...shared.copies, value: 'N,...', list: true },
      help: 'how many at the same time (default: 1,2)',
    },
    tanh: shared.tanh,
    parallel: { help: 'copies on different cores' },
    split: {
      ...{ value: 'L', whole: [1, 1024] },
      help: 'one model pipelined over two cores after layer L',
    },
    audio: {
      value: 'FILE',
      help: 'a WAV file: adds the error-to-signal ratio to the full width, and its tanh costs',
    },
    'what-if': shared['what-if'],
    'models-from': modelsFromOption,
    ...sharedOptions('jsonl', 'shard', 'set', 'clock'),
    only: { value: onlyWords.join('|'), help: 'only rows with this verdict', choices: onlyWords },
    products: { help: 'only things to buy: no boards, classes of chip and computers' },
    sort: { value: sortWords.join('|'), help: 'the order of the rows', choices: sortWords },
    wide: { help: 'every width of every pedal, however long that is' },
    workers: shared.workers,
    ...pageOptions,
  },
  notes: [
    'Load is the share of one audio core that the models take of each block, after what the device keeps for itself; in brackets where nine of ten such predictions hold the truth. A question mark: less sure than 95 %. Verdicts: fits, tight (less headroom than the device needs), over, wont-load (memory), unknown.',
  ],
  run: async (call) => {
    const workbench = openWorkbench(call.io);
    const names = modelNames(call, workbench);
    const devices = devicesOf(call, workbench).map((d) => changedBy(call, workbench, d));
    // The options take nothing else.
    const only = call.text('only') as OnlyWord | undefined;
    const sort = call.text('sort') as SortWord | undefined;
    const selection = { only, products: call.flag('products'), sort };
    const output = call.rows('predict', 'rows');
    const settings = requestOf(call);
    const asked = { names, devices, settings, selection, output };
    const result = await predictMany(call, workbench, asked);
    result.warnings.forEach(call.warn);
    writePages('predict', call, () => predictPage(result, only));
    const kept = { explain: keptOf(call, explainKeeps), predict: keptOf(call, predictKeeps) };
    const deviceWords = deviceWordsOf(call, workbench, devices);
    output.print(result, (style) =>
      renderPredict(result, style, { deviceWords, kept, wide: call.flag('wide'), only }),
    );
    return 0;
  },
};
