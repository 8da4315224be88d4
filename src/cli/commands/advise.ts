/** `pedalbench advise MODEL`: what fits how often, and the smallest change that would make it fit. */

import { editObstacle } from '../../nam/edit-wavenet.ts';
import type { Network } from '../../nam/network.ts';
import { seedLstm, seedWaveNet } from '../../nam/seed-weights.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { type WrittenMetadata, writeLstm, writeWaveNet } from '../../nam/write-model.ts';
import { renderAdvice } from '../../report/advise-text.ts';
import { advisePage } from '../../report/html/advise-page.ts';
import { usualCopies } from '../../study/advise/advise.ts';
import type { ParetoPoint } from '../../study/advise/pareto.ts';
import { writeWhole } from '../../units/output-file.ts';
import { type AdviseRequest, adviseFront, advise as adviseOn } from '../../workbench/advise.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { pathFrom } from '../../workbench/places.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import { note, printJson, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';
import {
  devicesOf,
  largestBlockFrames,
  oneModel,
  tanhOf,
  tanhOption,
  whatIfOption,
  widthOption,
} from '../study-options.ts';
import { adviseWidths } from './advise-widths.ts';

/** Weights of a written architecture come from this seed: the same file every time. */
const writeSeed = 1;
const usualSampleRateHz = 48_000;

const requestOf = (args: Args, workbench: Workbench) =>
  ({
    model: oneModel(args, workbench),
    copies: args.integer('copies', 1, 16) ?? undefined,
    margin: args.number('margin', 0, 0.95) ?? undefined,
    confidence: args.number('confidence', 0.5, 0.999) ?? undefined,
    engine: args.text('engine') ?? undefined,
    blockFrames: args.integer('block', 1, largestBlockFrames) ?? undefined,
    tanh: tanhOf(args) ?? undefined,
    width: args.text('width') ?? undefined,
    whatIf: args.flag('what-if'),
  }) satisfies AdviseRequest;

const textOf = (network: Network, metadata: WrittenMetadata): string => {
  if (network.kind === 'lstm') return writeLstm(seedLstm(network, writeSeed), metadata);
  if (network.kind === 'wavenet' && editObstacle(network) === null)
    return writeWaveNet(seedWaveNet(network, writeSeed), metadata);
  throw new CliError('invalid', '--write: only plain WaveNets and LSTMs can be written as a file.');
};

export const advise: Command = {
  usage: 'MODEL --device ID,... [options]',
  examples: [
    [
      'advise a2 --device mod-dwarf,daisy-seed',
      'how far each width is from one, two and three copies',
    ],
    [
      'advise a1-standard --device pi-4 --copies 2 --write next.nam',
      'the smallest change that lets two run, as a file',
    ],
    ['advise slim-8 --widths --most 3', 'which widths a slimmable model should offer'],
    [
      'advise slim-8 --widths --device mod-dwarf:2,class-m7-480:1',
      'the same so that two fit on the one pedal and one on the other',
    ],
  ],
  options: {
    device: {
      value: 'ID,...|all',
      help: 'pedals by id or path (default: all); with --widths also ID:N for N copies there',
      list: true,
    },
    copies: {
      value: 'N',
      help: 'how many are to run (default: 2); with --widths how many of each pedal (default: 1 and 2)',
    },
    confidence: {
      value: 'R',
      help: 'the chance to stay inside from which on something is offered, 0.5 to 0.999 (default: 0.9)',
    },
    margin: { value: 'R', help: "headroom to keep, 0..1 (default: the device's own)" },
    engine: { value: 'ID|auto', help: 'auto is the one that the device ships (default)' },
    block: { value: 'N', help: "frames per block (default: the device's own)" },
    width: widthOption,
    tanh: tanhOption,
    'what-if': whatIfOption,
    widths: { help: 'the set of widths that serves these pedals best' },
    most: { value: 'K', help: 'with --widths: at most so many (default: 4)' },
    write: {
      value: 'FILE',
      help: 'the first suggested architecture as a .nam with seeded weights',
    },
    ...pageOptions,
  },
  notes: [
    'Changes are searched over channels, layers, kernels, dilations, head, activation and bottleneck (an LSTM: hidden size and layers), engine and block; thousands are ranked by the cost of their layers, and what is shown is costed whole. What they cost in sound only training can tell.',
  ],
  run: async (args, io) => {
    const workbench = openWorkbench(io);
    const asked = requestOf(args, workbench);
    if (args.flag('widths')) return adviseWidths(workbench, asked, args, io);
    const request = { ...asked, devices: devicesOf(args, workbench) };
    const advice = await new Progress(args, io, 'advising').of((hooks) =>
      adviseOn(workbench, request, hooks),
    );
    const copies = request.copies ?? usualCopies;
    const [model = request.model.id] = args.positionals;
    const write = args.text('write');
    if (write !== null) {
      if (advice.best === null) {
        throw new CliError(
          'invalid',
          `--write ${write}: no width needs a change, or none was found, so there is nothing to write; the text without --write says which.`,
        );
      }
      const text = textOf(advice.best.network, {
        name: `${request.model.id} ${advice.best.width}, changed`,
        sampleRateHz: request.model.metadata.sampleRateHz ?? usualSampleRateHz,
      });
      writeWhole(pathFrom(io, write), text);
      note(
        args,
        io,
        `${write}: ${advice.best.width} for ${advice.best.device}, weights drawn, not trained.`,
      );
    }
    const full = widthsOf(request.model).at(-1);
    const { network } = slim(request.model, full?.label ?? 'full');
    let front: readonly ParetoPoint[] = [];
    if (network.kind === 'wavenet' && (args.has('html') || args.flag('json'))) {
      front = await new Progress(args, io, 'weights against cycles').of((hooks) =>
        adviseFront(workbench, request, network, advice, hooks),
      );
    }
    writePages('advise', args, io, () => advisePage(advice, front, request.model.id, copies));
    if (args.flag('json')) printJson(io, 'advise', { devices: advice.devices, pareto: front });
    else io.stdout.write(renderAdvice(advice, model, copies, styleOf(args, io)));
    return 0;
  },
};
