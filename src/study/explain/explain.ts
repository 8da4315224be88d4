/** Where the cycles of one prediction go: per layer, per kind of work, per kernel. Pure. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import { titleOf } from '../../engine/common/tune-group.ts';
import type { InstructionCounts } from '../../kernel/instruction-class.ts';
import { type InstructionClass, instructionClasses } from '../../kernel/instruction-class.ts';
import type { Lowered } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { parametersOf } from '../../machine/pipeline/core-parameters.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../machine/pipeline/pipeline.ts';
import { readTemplate } from '../../machine/pipeline/read-template.ts';
import { simulate } from '../../machine/pipeline/scoreboard.ts';
import { type Limit, withoutBottleneck } from '../../machine/pipeline/without-bottleneck.ts';
import type { Model } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import type { CostedPoint } from '../cost/cost-point.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { StudyError } from '../cost/study-error.ts';
import { costSettled } from '../predict/governor.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { PredictRow } from '../predict/row.ts';
import type { Account, CycleNode } from './account.ts';
import { accountsBy, cycleTree, groupedBy, totalOf } from './account.ts';
import { type FigureInUse, figuresInUse } from './model-figures.ts';

export interface KernelAccount extends Account {
  readonly runsPerBlock: number;
  /** Instructions per sample by class. */
  readonly mix: Readonly<Partial<InstructionCounts>>;
  /** Cycles per sample of this kernel if one limit at a time were gone; null for what has no kernel. */
  readonly without: Readonly<Record<Limit, number>> | null;
}

export interface Explanation {
  readonly total: Account;
  readonly layers: readonly Account[];
  readonly kinds: readonly Account[];
  readonly kernels: readonly KernelAccount[];
  /** The same as one tree: everything, its layers, kinds of work and kernels. */
  readonly tree: CycleNode;
  /** What the result hangs on that no profile states, each with its range. */
  readonly figures: readonly FigureInUse[];
}

const byLimit = (of: (limit: Limit) => number): Readonly<Record<Limit, number>> => ({
  arithmetic: of('arithmetic'),
  loadStore: of('loadStore'),
  latency: of('latency'),
  frontEnd: of('frontEnd'),
});

/** What each kernel would cost if one limit at a time were gone, by name, cycles of one execution. */
const withoutBottlenecks = ({ steps }: Lowered, core: CoreProfile) => {
  const parameters = parametersOf(core).expected;
  const cyclesWithout = (template: Template): Readonly<Record<Limit, number>> => {
    const { prepared } = readTemplate(template);
    const simulated = simulate(prepared, parameters).cycles;
    // Library calls and mispredictions are beside the simulation and stay as they are.
    const beside = timeTemplate(template, core).cycles.expected - simulated;
    const without = (limit: Limit): number =>
      Math.min(simulate(prepared, withoutBottleneck(parameters, limit)).cycles, simulated) + beside;
    return byLimit(without);
  };
  const times = new Map<string, Readonly<Record<Limit, number>>>();
  for (const step of steps) {
    // Steps that have several templates (ring steps) are not listed.
    if (step.step !== 'kernel') continue;
    memoize(times, step.template.name, () => cyclesWithout(step.template));
  }
  return times;
};

/** The steps of a prediction; of the busiest core, where several work. */
export const explainCost = (
  { lowered, target, cost }: Pick<CostedPoint, 'lowered' | 'target' | 'cost'>,
  core: CoreProfile,
  blockFrames: number = lowered.blockFrames,
): Explanation => {
  const { steps } = cost;
  const titled = (name: string): string => titleOf(name, { ...target, ...lowered.target });
  const without = withoutBottlenecks(lowered, core);
  const total = totalOf(steps, blockFrames, 'total');
  const kernels = groupedBy(steps, ({ name }) => name);
  return {
    total,
    layers: accountsBy(steps, blockFrames, (step) => step.layer),
    kinds: accountsBy(steps, blockFrames, (step) => step.kind),
    kernels: accountsBy(steps, blockFrames, ({ name }) => name).map((account): KernelAccount => {
      const ofKernel = kernels.get(account.name) ?? [];
      const runsPerBlock = ofKernel.reduce((sum, step) => sum + step.perBlock, 0);
      const mix: Partial<Record<InstructionClass, number>> = {};
      for (const { counts } of ofKernel) {
        for (const name of instructionClasses) {
          if (counts[name] > 0) mix[name] = (mix[name] ?? 0) + counts[name] / blockFrames;
        }
      }
      const times = without.get(account.name);
      const scaled = (limit: Limit): number =>
        (times?.[limit] ?? 0) * (runsPerBlock / blockFrames) + account.parts.memory;
      return {
        ...account,
        name: titled(account.name),
        runsPerBlock,
        mix,
        without: times === undefined ? null : byLimit(scaled),
      };
    }),
    tree: cycleTree(steps, blockFrames, titled),
    figures: figuresInUse(lowered, total),
  };
};

/** One line of a comparison of two explanations. */
export interface Difference {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly delta: number;
}

const cyclesIn = (list: readonly Account[], name: string): number =>
  list.find((account) => account.name === name)?.cyclesPerSample ?? 0;

const deltaOf = (name: string, a: number, b: number): Difference => ({ name, a, b, delta: b - a });

const differences = (a: readonly Account[], b: readonly Account[]): readonly Difference[] =>
  [...new Set([...a, ...b].map((account) => account.name))]
    .map((name) => deltaOf(name, cyclesIn(a, name), cyclesIn(b, name)))
    .sort((x, y) => Math.abs(y.delta) - Math.abs(x.delta) || (x.name < y.name ? -1 : 1));

export interface ExplanationDiff {
  readonly total: Difference;
  readonly layers: readonly Difference[];
  readonly kinds: readonly Difference[];
  readonly kernels: readonly Difference[];
}

export const diffExplanations = (a: Explanation, b: Explanation): ExplanationDiff => ({
  total: deltaOf('total', a.total.cyclesPerSample, b.total.cyclesPerSample),
  layers: differences(a.layers, b.layers),
  kinds: differences(a.kinds, b.kinds),
  kernels: differences(a.kernels, b.kernels),
});

type OfPrediction =
  | ('engines' | 'coreOf' | 'measured' | 'pathOf')
  | ('engine' | 'tanh' | 'whatIf' | 'sampleRateHz' | 'resample' | 'oversample');

export interface ExplainRequest extends Pick<PredictRequest, OfPrediction> {
  readonly model: Model;
  readonly device: DeviceProfile;
  /** @default the full width */
  readonly width?: string | undefined;
  /** @default the device's own */
  readonly blockFrames?: number | undefined;
  /** @default 1 */
  readonly copies?: number | undefined;
}

export interface ExplainedPoint {
  readonly row: PredictRow;
  readonly explanation: Explanation;
  readonly warnings: readonly string[];
}

/** Throws `StudyError` where the chip is unknown or no engine takes the model. */
export const explainPoint = (
  request: ExplainRequest,
  cache: CostCache = new CostCache(),
): ExplainedPoint => {
  const { model, device, blockFrames: block, copies = 1, ...rest } = request;
  const { chip } = device;
  if (chip === null) {
    const fault = `${device.id}: its chip is not published, so there are no cycles to explain. \`pedalbench devices show ${device.id}\` shows what is known.`;
    throw new StudyError('no-chip', fault);
  }
  const core = rest.coreOf(audioClusterOf(chip).coreId);
  const spec = rest.width ?? widthsOf(model).at(-1)?.label ?? 'full';
  const { width, network } = slim(model, spec, { whatIf: rest.whatIf ?? false });
  const blockFrames = block ?? chip.audio.blockFrames.value;
  const sampleRateHz = rest.sampleRateHz ?? chip.audio.sampleRateHz.value;
  const { rows, warnings } = predict(
    {
      ...rest,
      models: [model],
      devices: [device],
      blockFrames: [blockFrames],
      sampleRateHz,
      arrangements: true,
      width: spec,
      copies: [copies],
    },
    cache,
  );
  const { engines, engine = 'auto', tanh } = rest;
  const rates = resampledBy(chip, ratesOf(model, sampleRateHz, rest.oversample), rest.resample);
  const point = { network, chip, core, engines, engine, blockFrames, tanh, copies, rates };
  const { costed } = costSettled(cache, point, sampleRateHz);
  const [row] = rows;
  if (costed.engine === null || row?.load == null) {
    const fault = `${model.origin} ${width.label} on ${device.id}: no engine takes it. ${costed.choice.reasons.join(' ')}`;
    throw new StudyError('refused', fault);
  }
  return { row, explanation: explainCost(costed, core, blockFrames), warnings };
};
