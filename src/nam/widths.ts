/** The widths of a model, and the network at one of them, chosen as NAM Core chooses. */
import { isRecord, shown } from '../units/json-path.ts';
import { macsPerSample, weightCount } from './measure.ts';
import type { Model, ModelBody, SlimmedModel, Width, WidthOptions } from './model.ts';
import { fullNetwork } from './model.ts';
import { ModelError } from './model-error.ts';
import type { Network } from './network.ts';
import { sliceWaveNet } from './slice.ts';
import { submodelLabels } from './submodel-labels.ts';

type Slimmable = Extract<ModelBody, { kind: 'slimmable' }>;

type Candidate = Omit<SlimmedModel, 'model'>;

/** Channels of each layer array; hidden sizes of an LSTM; 1 for an impulse response. */
const channelsOf = (network: Network): readonly number[] => {
  switch (network.kind) {
    case 'wavenet':
      return network.arrays.map((array) => array.channels);
    case 'lstm':
      return network.layers.map((layer) => layer.hiddenSize);
    case 'convnet':
      return [network.blocks[0]?.conv.outChannels ?? 1];
    case 'linear':
      return [1];
    default:
      return network satisfies never;
  }
};

const candidate = (network: Network, label: string, ratio: number | null, whatIf = false) => {
  const channels = channelsOf(network);
  const [weights, macs] = [weightCount(network), macsPerSample(network)];
  return { network, width: { label, ratio, channels, weights, macsPerSample: macs, whatIf } };
};

const channelLabel = (channels: readonly number[]): string => `ch:${channels.join('/')}`;

/** NAM Core's choice: floor(ratio x count), the last entry for 1. */
const slimmedChannels = (body: Slimmable, ratio: number): readonly number[] =>
  body.network.arrays.map((array, i) => {
    const allowed = body.allowedChannels[i];
    if (!allowed) return array.channels;
    const index = Math.min(Math.floor(ratio * allowed.length), allowed.length - 1);
    return allowed[index] ?? array.channels;
  });

/** The smallest ratio for which floor(ratio x count) is `index`, in floating point. */
const firstRatio = (index: number, length: number): number => {
  let ratio = index / length;
  // index / length x length may round to just below index.
  while (Math.floor(ratio * length) < index) ratio += Number.EPSILON;
  return ratio;
};

interface Trained {
  readonly ratio: number;
  readonly channels: readonly number[];
}

const trainedChannels = (body: Slimmable): readonly Trained[] => {
  if (body.obstacle !== null) return [{ ratio: 1, channels: slimmedChannels(body, 1) }];
  const ratios = body.allowedChannels.flatMap(
    (allowed) => allowed?.map((_, i) => firstRatio(i, allowed.length)) ?? [],
  );
  const widths = [...new Set([0, ...ratios])]
    .sort((a, b) => a - b)
    .map((ratio) => ({ ratio, channels: slimmedChannels(body, ratio) }))
    .filter(({ channels }, i, all) => String(channels) !== String(all[i - 1]?.channels));
  return widths.map((width, i) => (i === widths.length - 1 ? { ...width, ratio: 1 } : width));
};

/** @throws ModelError for what a program without types hands in */
const bodyOf = (model: Model): ModelBody => {
  if (isRecord(model) && isRecord(model.body)) return model.body;
  const at = { file: 'model', path: '' };
  throw new ModelError('not-a-model', at, 'what parseModel gave', shown(model, 40));
};

const candidates = (model: Model): readonly Candidate[] => {
  const body = bodyOf(model);
  switch (body.kind) {
    case 'plain':
      return [candidate(body.network, 'full', 1)];
    case 'slimmable':
      return trainedChannels(body).map(({ ratio, channels }) =>
        candidate(sliceWaveNet(body.network, channels), channelLabel(channels), ratio),
      );
    case 'container': {
      const labels = submodelLabels(body.submodels);
      const last = body.submodels.length - 1;
      return body.submodels.map(({ model }, i) => {
        const ratio = i === last ? 1 : Math.max(0, body.submodels[i - 1]?.maxValue ?? 0);
        // NAM Core leaves what is inside a submodel at its full width.
        return candidate(fullNetwork(model), labels[i] ?? `${i}`, ratio);
      });
    }
    default:
      return body satisfies never;
  }
};

/**
 * Trained widths, narrowest first.
 * @param model what `parseModel` or a workbench gave
 * @example const labels = widthsOf(workbench.model('a2')).map((width) => width.label);
 */
export const widthsOf = (model: Model): Width[] => candidates(model).map(({ width }) => width);

const widthError = (model: Model, expected: string, found: string, fix?: string): ModelError =>
  new ModelError('width', { file: model.origin, path: '' }, expected, found, fix);

/** As it is compared: without blanks around it. */
const wordOf = (model: Model, spec: string): string => {
  bodyOf(model);
  if (typeof spec === 'string') return spec.trim();
  throw widthError(model, 'a width as a text', shown(spec, 40));
};

/** One count given for several arrays: the others shrink with the first. */
const spread = (full: readonly number[], wanted: readonly number[]): readonly number[] => {
  const [first] = wanted;
  if (wanted.length !== 1 || first === undefined) return wanted;
  const share = first / (full[0] ?? 1);
  return full.map((channels, i) => (i === 0 ? first : Math.max(1, Math.round(channels * share))));
};

const whatIfCandidate = (model: Model, wanted: readonly number[]): Candidate => {
  const network = fullNetwork(model);
  if (network.kind !== 'wavenet') {
    throw widthError(model, 'a WaveNet to slice', `a model of kind ${network.kind}`);
  }
  const full = channelsOf(network);
  const channels = spread(full, wanted);
  const fits = channels.every((count, i) => count >= 1 && count <= (full[i] ?? 0));
  if (channels.length === full.length && fits) {
    return candidate(sliceWaveNet(network, channels), channelLabel(channels), null, true);
  }
  const expected = `a width of at most ${channelLabel(full)}`;
  const fix = 'Slicing makes models narrower, never wider';
  throw widthError(model, expected, channelLabel(wanted), fix);
};

const parseChannels = (spec: string): readonly number[] | null =>
  /^ch:\d{1,6}(\/\d{1,6})*$/.test(spec) ? spec.slice(3).split('/').map(Number) : null;

const byRatio = (model: Model, ratio: number, all: readonly Candidate[]): Candidate => {
  const { body } = model;
  if (body.kind === 'slimmable') {
    const channels = String(slimmedChannels(body, ratio));
    const chosen = all.find(({ width }) => String(width.channels) === channels);
    if (chosen !== undefined) return chosen;
    const fix = `NAM Core cannot slim this file: ${body.obstacle}`;
    throw widthError(model, 'ratio 1', String(ratio), fix);
  }
  const submodels = body.kind === 'container' ? body.submodels : [];
  // -1, the last, where the ratio is 1 or there is one width.
  const chosen = all.at(submodels.findIndex((submodel) => ratio < submodel.maxValue));
  if (chosen === undefined) throw new Error('a model has at least one width');
  return chosen;
};

const select = (model: Model, spec: string, whatIf: boolean): Candidate => {
  const all = candidates(model);
  const wanted = wordOf(model, spec);
  const byLabel = all.find(({ width }) => width.label === wanted);
  if (byLabel !== undefined) return byLabel;
  const [narrowest, widest] = [all[0], all.at(-1)];
  if (wanted === 'full' && widest !== undefined) return widest;
  // As official containers call the narrow one of two: also where its shape has become another.
  const isPair = model.body.kind === 'container' && all.length === 2;
  if (wanted === 'lite' && isPair && narrowest !== undefined) return narrowest;
  if (/^[+]?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(wanted)) {
    const ratio = Number(wanted);
    if (ratio >= 0 && ratio <= 1) return byRatio(model, ratio, all);
    const whole = Number.isInteger(ratio);
    const fix = whole
      ? `For ${wanted} channels write ch:${wanted}`
      : 'Write 0.5 for the middle one';
    throw widthError(model, 'a ratio from 0 to 1', wanted, fix);
  }
  const labels = all.map(({ width }) => width.label).join(', ');
  const channels = parseChannels(wanted);
  if (channels === null) {
    const expected = `a width: all, a ratio 0..1, ch:8, ch:16/8, or one of ${labels}`;
    throw widthError(model, expected, JSON.stringify(spec.slice(0, 40)));
  }
  const exact = all.find(({ width }) => String(width.channels) === String(channels));
  if (exact !== undefined) return exact;
  if (channels.length === 1) {
    const [first, ...others] = all.filter(({ width }) => width.channels[0] === channels[0]);
    if (first !== undefined && others.length === 0) return first;
  }
  if (whatIf) return whatIfCandidate(model, channels);
  const expected = `a width that this model was trained for (${labels})`;
  const fix =
    'With --what-if any WaveNet is sliced to any width: its cost is right, its sound is not';
  throw widthError(model, expected, wanted, fix);
};

/** Widths of the first layer array that slicing can reach, the others in proportion. */
const everyWhatIf = (model: Model): readonly Width[] => {
  const network = fullNetwork(model);
  if (network.kind !== 'wavenet') return [];
  const widest = network.arrays[0]?.channels ?? 1;
  return Array.from({ length: widest }, (_, i) => whatIfCandidate(model, [i + 1]).width);
};

/**
 * `all`, a ratio 0..1, `ch:8`, `ch:16/8`, or a label, or several with commas. With `whatIf`, `all` adds the widths that
 * slicing reaches, and `ch:` takes any of them. A ratio chooses as NAM Core's own control does.
 * @param spec which widths
 * @throws ModelError for a width that the model does not have
 * @example const [lite] = selectWidths(workbench.model('a2'), 'lite');
 */
export const selectWidths = (
  model: Model,
  spec: string,
  options: WidthOptions = {},
): readonly Width[] => {
  const whatIf = options.whatIf ?? false;
  const word = wordOf(model, spec);
  // No label has a comma.
  if (word.includes(',')) {
    const named = word.split(',').flatMap((one) => selectWidths(model, one, options));
    return [...new Map(named.map((width) => [width.label, width])).values()];
  }
  if (word !== 'all') return [select(model, word, whatIf).width];
  const trained = widthsOf(model);
  if (!whatIf) return trained;
  const known = new Set(trained.map((width) => String(width.channels)));
  const added = everyWhatIf(model).filter((width) => !known.has(String(width.channels)));
  return [...trained, ...added].sort((a, b) => a.macsPerSample - b.macsPerSample);
};

/**
 * The network at one width, sliced as NAM Core slices it.
 * @param width what `widthsOf` gave, or its label, ratio or `ch:8`
 * @param how whether a width may be one that the file was not trained for
 * @throws ModelError for a width that the model does not have
 * @example const { network } = slim(workbench.model('a2'), 'lite');
 */
export const slim = (model: Model, width: Width | string, how: WidthOptions = {}): SlimmedModel => {
  if (typeof width === 'object' && width?.whatIf) {
    return { model, ...whatIfCandidate(model, width.channels) };
  }
  const spec = typeof width === 'object' ? width?.label : width;
  if (wordOf(model, spec) === 'all') throw widthError(model, 'one width', "'all'");
  const whatIf = typeof width === 'string' && (how.whatIf ?? false);
  return { model, ...select(model, spec, whatIf) };
};
