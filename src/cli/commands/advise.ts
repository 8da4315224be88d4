/** `pedalbench advise MODEL`: what fits how often, and the smallest change that would make it fit. */
import { editObstacle } from '../../nam/edit-wavenet.ts';
import type { Model } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { seedLstm, seedWaveNet } from '../../nam/seed-weights.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { type WrittenMetadata, writeLstm, writeWaveNet } from '../../nam/write-model.ts';
import { placeIn, renderAdvice } from '../../report/advise-text.ts';
import { advisePage } from '../../report/html/advise-page.ts';
import { type Advice, usualCopies } from '../../study/advise/advise.ts';
import { writeWhole } from '../../units/output-file.ts';
import { adviseFront, advise as adviseOn } from '../../workbench/advise.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { type Call, type Command, following } from '../call.ts';
import { inputError } from '../cli-error.ts';
import { devicesOf, oneModel, settingsOf, sharedOptions } from '../options.ts';
import { pageOptions, quoted, writePages } from '../pages.ts';
import { adviseWidths } from './advise-widths.ts';

/** Weights of a written architecture come from this seed: the same file every time. */
const writeSeed = 1;
const usualSampleRateHz = 48_000;

const textOf = (network: Network, metadata: WrittenMetadata): string => {
  if (network.kind === 'lstm') return writeLstm(seedLstm(network, writeSeed), metadata);
  if (network.kind === 'wavenet' && editObstacle(network) === null)
    return writeWaveNet(seedWaveNet(network, writeSeed), metadata);
  throw inputError('--write: only plain WaveNets and LSTMs can be written as a file.');
};

/** The first suggestion as a file, where that is asked for. */
const writeBest = (call: Call, { id, metadata }: Model, advice: Advice): void => {
  const { best } = advice;
  const write = call.text('write');
  if (write === undefined) return;
  if (best === null) {
    const message = `--write ${write}: no width needs a change, or none was found, so there is nothing to write; the text without --write says which.`;
    throw inputError(message);
  }
  const name = `${id} ${best.width}, changed`;
  const sampleRateHz = metadata.sampleRateHz ?? usualSampleRateHz;
  writeWhole(call.path(write), textOf(best.network, { name, sampleRateHz }));
  call.note(`${write}: ${best.width} for ${placeIn(advice, best)}, weights drawn, not trained.`);
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
      ...{ value: 'N', whole: [1, 16] },
      help: 'how many are to run (default: 2); with --widths how many of each pedal (default: 1 and 2)',
    },
    confidence: {
      ...{ value: 'R', range: [0.5, 0.999] },
      help: 'the chance to stay inside from which on something is offered, 0.5 to 0.999 (default: 0.9)',
    },
    margin: {
      ...{ value: 'R', range: [0, 0.95] },
      help: "headroom to keep, 0..1 (default: the device's own)",
    },
    ...sharedOptions('engine', 'block', 'width', 'tanh', 'what-if'),
    widths: { help: 'the set of widths that serves these pedals best' },
    most: { value: 'K', help: 'with --widths: at most so many (default: 4)', whole: [1, 8] },
    write: {
      value: 'FILE',
      help: 'the first suggested architecture as a .nam with seeded weights',
    },
    ...pageOptions,
  },
  notes: [
    'Changes are searched over channels, layers, kernels, dilations, head, activation and bottleneck (an LSTM: hidden size and layers), engine and block; thousands are ranked by the cost of their layers, and what is shown is costed whole. What they cost in sound only training can tell.',
  ],
  run: async (call) => {
    const workbench = openWorkbench(call.io);
    const asked = {
      ...settingsOf(call),
      blockFrames: call.number('block'),
      model: oneModel(call, workbench),
      copies: call.number('copies'),
      margin: call.number('margin'),
      confidence: call.number('confidence'),
    };
    if (call.flag('widths')) return adviseWidths(workbench, asked, call);
    const request = { ...asked, devices: devicesOf(call, workbench) };
    const { model, copies = usualCopies } = request;
    const advice = await following(call, 'advising', (hooks) =>
      adviseOn(workbench, request, hooks),
    );
    writeBest(call, model, advice);
    const { network } = slim(model, widthsOf(model).at(-1)?.label ?? 'full');
    const wantsFront = call.has('html') || call.flag('json');
    const front =
      network.kind === 'wavenet' && wantsFront
        ? await following(call, 'weights against cycles', (hooks) =>
            adviseFront(workbench, request, network, advice, hooks),
          )
        : [];
    writePages('advise', call, () => advisePage(advice, front, model.id, copies));
    const name = quoted(call.positionals[0] ?? model.id);
    call.print('advise', { devices: advice.devices, pareto: front }, (style) =>
      renderAdvice(advice, name, copies, style, call.text('write')),
    );
    return 0;
  },
};
