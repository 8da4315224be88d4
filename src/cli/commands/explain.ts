/** `pedalbench explain MODEL --device ID`: where the cycles go. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { engines } from '../../engine/registry.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { renderExplain } from '../../report/explain-text.ts';
import { explainPage } from '../../report/html/explain-page.ts';
import { CostBook } from '../../study/cost-book.ts';
import { explain as explainPriced } from '../../study/explain/explain.ts';
import { predict } from '../../study/predict.ts';
import { price } from '../../study/price.ts';
import { coreCatalogue } from '../catalogues.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { measuredPairs } from '../measured.ts';
import { printJson, styleOf, warn } from '../output.ts';
import {
  largestBlockFrames,
  oneDevice,
  oneModel,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
} from '../study-options.ts';

export const explain: Command = {
  usage: 'MODEL --device ID [options]',
  examples: [
    ['explain a2 --device mod-dwarf', 'the full width, as the pedal ships it'],
    ['explain a2 --device pi-4 --width lite --engine nam-core', 'another width and engine'],
    ['explain a2 --device daisy-seed --block 48 --json', 'the same as data'],
  ],
  options: {
    device: { value: 'ID', help: 'the pedal, by id or path' },
    engine: { value: 'ID|auto', help: 'auto is the one that the device ships (default)' },
    width: { ...widthOption, help: 'a ratio 0..1, ch:8, ch:16/8, or a label (default: full)' },
    block: { value: 'N', help: "frames per block (default: the device's own)" },
    copies: { value: 'N', help: 'how many at the same time (default: 1)' },
    tanh: tanhOption,
    'what-if': whatIfOption,
    ...pageOptions,
  },
  notes: [
    'Layers, kinds and kernels each add up to the total, and the total is what predict says. Parts of a total are cycles that this limit explains in the model of the core.',
  ],
  run: async (args, io) => {
    const model = oneModel(args, io);
    const device = oneDevice(args, io);
    const { chip } = device;
    if (chip === null) {
      throw new CliError(
        'invalid',
        `${device.id}: its chip is not published, so there are no cycles to explain. \`pedalbench devices show ${device.id}\` shows what is known.`,
      );
    }
    const cores = coreCatalogue(io);
    const core = cores.find(audioClusterOf(chip).coreId);
    const spec = args.text('width') ?? widthsOf(model).at(-1)?.label ?? 'full';
    const { width, network } = slim(model, spec, { whatIf: args.flag('what-if') });
    const engine = args.text('engine') ?? 'auto';
    if (engine === 'all') throw new CliError('usage', '--engine: expected one engine, got "all".');
    const blockFrames =
      args.integer('block', 1, largestBlockFrames) ?? chip.audio.blockFrames.value;
    const copies = args.integer('copies', 1, 64) ?? 1;
    const tanh = tanhOf(args) ?? undefined;
    const book = new CostBook();
    const result = predict(
      {
        models: [model],
        devices: [device],
        engines,
        coreOf: (id) => cores.find(id),
        measured: measuredPairs(io),
        engine,
        blockFrames: [blockFrames],
        width: spec,
        whatIf: args.flag('what-if'),
        copies: [copies],
        tanh,
      },
      book,
    );
    for (const warning of result.warnings) warn(args, io, warning);
    const [row] = result.rows;
    const priced = price(book, {
      network,
      chip,
      core,
      engines,
      engine,
      blockFrames,
      tanh,
      copies,
      parallel: false,
    });
    if (priced.engine === null || row?.load == null) {
      throw new CliError(
        'invalid',
        `${model.origin} ${width.label} on ${device.id}: no engine takes it. ${priced.choice.reasons.join(' ')}`,
      );
    }
    const explanation = explainPriced(priced, core, blockFrames);
    writePages('explain', args, io, (command, tool) =>
      explainPage(
        explanation,
        `${model.id} ${width.label} on ${device.name}, ${priced.engine.id}`,
        command,
        tool,
      ),
    );
    if (args.flag('json')) {
      printJson(io, 'explain', { prediction: row, ...explanation });
      return 0;
    }
    const heading = {
      model: model.id,
      width: width.label,
      deviceName: device.name,
      device: device.id,
      engine: priced.engine.id,
      core: core.id,
      blockFrames,
      load: row.load.expected,
      verdict: row.verdict,
      reasons: row.reasons,
    };
    io.stdout.write(renderExplain(explanation, heading, styleOf(args, io)));
    return 0;
  },
};
