/** `pedalbench predict MODEL...`: which width runs on which pedal, once and twice. */
import { predictPage } from '../../report/html/predict-page.ts';
import { renderPredict } from '../../report/predict/table.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { predict as predictRows } from '../../workbench/predict.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { printJson, styleOf, warn } from '../output.ts';
import { Progress } from '../progress.ts';
import {
  devicesOf,
  largestBlockFrames,
  modelsOf,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
  workersOption,
} from '../study-options.ts';

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
    ['predict my.nam --what-if --width ch:5', 'a width that the file was not trained for'],
  ],
  options: {
    device: { value: 'ID,...|all', help: 'pedals by id or path (default: all)', list: true },
    engine: { value: 'ID|auto|all', help: 'auto is the one that the device ships (default)' },
    block: { value: 'N,...', help: "frames per block (default: the device's own)", list: true },
    rate: { value: 'HZ', help: "sample rate (default: the device's own)" },
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
    workers: workersOption,
    ...pageOptions,
  },
  notes: [
    'Load is the share of one audio core that the models take of each block, after what the device keeps for itself. Verdicts: fits, tight (less headroom than the device needs), over, wont-load (memory), unknown.',
  ],
  run: async (args, io) => {
    const workbench = openWorkbench(io);
    const models = modelsOf(args, workbench);
    const devices = devicesOf(args, workbench);
    const split = args.integer('split', 1, 1024);
    const request = {
      models,
      devices,
      engine: args.text('engine') ?? 'auto',
      blockFrames: args.integers('block', 1, largestBlockFrames) ?? undefined,
      sampleRateHz: args.integer('rate', 8000, 768_000) ?? undefined,
      width: args.text('width') ?? 'all',
      whatIf: args.flag('what-if'),
      // A model that is pipelined over two cores is one copy.
      copies: args.integers('copies', 1, 64) ?? (split === null ? [1, 2] : [1]),
      parallel: args.flag('parallel'),
      splitAfterLayers: split ?? undefined,
      tanh: tanhOf(args) ?? undefined,
    };
    const audio = args.text('audio');
    // Executors and audio are loaded only where they are asked for.
    const heard =
      audio === null ? {} : await (await import('../heard-on.ts')).heardOn(args, io, models, audio);
    const result = await new Progress(args, io, 'predicting').of((hooks) =>
      predictRows(workbench, { ...request, ...heard }, hooks),
    );
    for (const warning of result.warnings) warn(args, io, warning);
    writePages('predict', args, io, (command, tool) => predictPage(result, command, tool));
    if (args.flag('json')) printJson(io, 'predict', { ...result });
    else {
      const typed = args.list('device') ?? [];
      // With `all` the devices are the catalogue's, and so are their ids.
      const words = typed.includes('all') ? [] : typed;
      const byId = new Map(words.map((word, i) => [devices[i]?.id ?? word, word]));
      io.stdout.write(renderPredict(result, styleOf(args, io), byId));
    }
    return 0;
  },
};
