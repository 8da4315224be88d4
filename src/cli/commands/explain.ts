/** `pedalbench explain MODEL --device ID`: where the cycles go, and what differs between two. */
import { engines } from '../../engine/registry.ts';
import { coreCatalogue } from '../../library/catalogues.ts';
import { deviceCatalogue, findDevice } from '../../library/find-device.ts';
import { findModel, modelPaths } from '../../library/find-model.ts';
import { measuredPairs } from '../../library/measured.ts';
import { widthsOf } from '../../nam/widths.ts';
import { renderExplainDiff } from '../../report/explain-diff-text.ts';
import { renderExplain } from '../../report/explain-text.ts';
import { explainDiffPage } from '../../report/html/explain-diff-page.ts';
import { explainPage } from '../../report/html/explain-page.ts';
import { diffExplanations } from '../../study/explain/explain.ts';
import {
  type ExplainedPoint,
  type ExplainRequest,
  explainPoint,
} from '../../study/explain/explain-point.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import type { ExitCode, Io } from '../io.ts';
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

type Change = Partial<ExplainRequest>;

/** What is the same on both sides of a comparison, and all of it where there is none. */
const commonOf = (args: Args, io: Io): Omit<ExplainRequest, 'model' | 'device'> => {
  const cores = coreCatalogue(io);
  const engine = args.text('engine') ?? 'auto';
  if (engine === 'all') throw new CliError('usage', '--engine: expected one engine, got "all".');
  return {
    engines,
    coreOf: (id) => cores.find(id),
    measured: measuredPairs(io),
    engine,
    width: args.text('width') ?? undefined,
    blockFrames: args.integer('block', 1, largestBlockFrames) ?? undefined,
    copies: args.integer('copies', 1, 64) ?? 1,
    tanh: tanhOf(args) ?? undefined,
    whatIf: args.flag('what-if'),
  };
};

/** What a word of --diff names. Looked for in this order; the first kind that has both words wins. */
const changesOf = (io: Io, args: Args, words: readonly [string, string]): [Change, Change] => {
  const [a, b] = words;
  const [modelName] = args.positionals;
  const devices = deviceCatalogue(io);
  const models = modelPaths(io);
  const isModel = (word: string): boolean => models.has(word) || word.endsWith('.nam');
  const labels =
    modelName === undefined ? [] : widthsOf(findModel(io, modelName)).map((w) => w.label);
  const isWidth = (word: string): boolean =>
    labels.includes(word) || /^ch:/.test(word) || /^[01]?(\.\d+)?$/.test(word);
  const kinds: readonly [(word: string) => boolean, (word: string) => Change][] = [
    [isWidth, (width) => ({ width })],
    [(word) => devices.ids.includes(word), (word) => ({ device: findDevice(devices, io, word) })],
    [(word) => engines.some(({ id }) => id === word), (engine) => ({ engine })],
    [isModel, (word) => ({ model: findModel(io, word) })],
  ];
  for (const [knows, change] of kinds) if (knows(a) && knows(b)) return [change(a), change(b)];
  throw new CliError(
    'usage',
    `--diff: expected two widths, two devices, two engines or two models, got "${a}" and "${b}".`,
  );
};

const nameOf = ({ row }: ExplainedPoint): string =>
  `${row.model} ${row.width.label} on ${row.deviceName}, ${row.engine}, blocks of ${row.blockFrames}`;

const diff = (args: Args, io: Io, words: readonly [string, string]): ExitCode => {
  const [changeA, changeB] = changesOf(io, args, words);
  const common = commonOf(args, io);
  const pointOf = (change: Change): ExplainedPoint => {
    const model = change.model ?? oneModel(args, io);
    const device = change.device ?? oneDevice(args, io);
    return explainPoint({ ...common, model, device, ...change });
  };
  const a = pointOf(changeA);
  const b = pointOf(changeB);
  const result = diffExplanations(a.explanation, b.explanation);
  writePages('explain', args, io, (command, tool) =>
    explainDiffPage(result, nameOf(a), nameOf(b), command, tool),
  );
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
    copies: { value: 'N', help: 'how many at the same time (default: 1)' },
    diff: {
      value: 'A,B',
      help: 'what changes from A to B: two widths, devices, engines or models',
    },
    tanh: tanhOption,
    'what-if': whatIfOption,
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
    const request = {
      ...commonOf(args, io),
      model: oneModel(args, io),
      device: oneDevice(args, io),
    };
    const { row, explanation, warnings } = explainPoint(request);
    for (const warning of warnings) warn(args, io, warning);
    writePages('explain', args, io, (command, tool) =>
      explainPage(
        explanation,
        `${row.model} ${row.width.label} on ${row.deviceName}, ${row.engine}`,
        command,
        tool,
      ),
    );
    if (args.flag('json')) {
      printJson(io, 'explain', { prediction: row, ...explanation });
      return 0;
    }
    const heading = {
      model: row.model,
      width: row.width.label,
      deviceName: row.deviceName,
      device: row.device,
      // An explained row has a core, an engine and a load.
      engine: row.engine ?? '',
      core: row.core ?? '',
      blockFrames: row.blockFrames,
      load: row.load?.expected ?? 0,
      verdict: row.verdict,
      reasons: row.reasons,
    };
    io.stdout.write(renderExplain(explanation, heading, styleOf(args, io)));
    return 0;
  },
};
