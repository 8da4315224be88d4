/** NeuralAudio: templates of fixed sizes for the official shapes, else a path with dynamic sizes. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { LayerArray, LstmNetwork, WaveNetNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { isA2, readStack } from '../common/layer-stack.ts';
import { eigenTarget } from '../eigen/registers.ts';
import { type Engine, EngineError, type LowerOptions, type Support } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { readA2 } from '../nam-core-a2fast/engine.ts';
import data from './compiled-code.json' with { type: 'json' };
import { lowerLstm } from './lstm.ts';
import { lowerWaveNet } from './wavenet.ts';

export type Shape =
  | { readonly kind: 'wavenet'; readonly network: WaveNetNetwork; readonly fixed: boolean }
  | { readonly kind: 'lstm'; readonly network: LstmNetwork; readonly fixed: boolean };

export type ShapeReading = Shape | { readonly reason: string };

const { wavenets, lstms } = data.shapes;

const isOfficial = (arrays: readonly LayerArray[]): boolean =>
  wavenets.some(({ channels, dilations }) =>
    arrays.every(
      (array, a) =>
        array.channels === channels[a] &&
        array.layers.every(({ conv }) => conv.kernelSize === 3) &&
        array.layers.map(({ conv }) => conv.dilation).join() === dilations[a]?.join(),
    ),
  );

const faultOf = (arrays: readonly LayerArray[]): string | null => {
  if (arrays.length !== 2) return `it has ${arrays.length} layer arrays`;
  for (const [a, array] of arrays.entries()) {
    if (array.conditionSize !== 1) return 'it has more than one input';
    if ((array.headRechannel.bias !== null) !== (a === 1)) return 'its head biases are unusual';
    if (array.headRechannel.kernelSize !== 1) return 'its head has a kernel';
    for (const layer of array.layers) {
      if (layer.gating !== 'none') return 'its layers are gated';
      if (Object.keys(layer.films).length > 0) return 'its layers are modulated (FiLM)';
      if (layer.head1x1 || !layer.layer1x1) return 'its layers have unusual 1x1 convolutions';
      if (layer.bottleneck !== array.channels) return 'its layers have a bottleneck';
      if (!['Tanh', 'Fasttanh'].includes(layer.activation.type)) {
        return `its activation is ${layer.activation.type}`;
      }
      const grouped = [layer.conv, layer.inputMixin, layer.layer1x1].some((c) => c.groups !== 1);
      if (grouped) return 'its convolutions are grouped';
    }
  }
  return null;
};

/** NAMIsA2: later than 0.5.4. */
const isNew = (version: string): boolean => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major > 0 || minor > 5 || (minor === 5 && patch > 4);
};

/**
 * NAMIsA2Standard: beside the shape, no `slimmable`, and every option named, as an absent one counts
 * as active there. A network that was made in memory names what it has.
 */
const isStandardA2 = (program: Program): boolean => {
  const { file } = program.network;
  const reading = readStack(program);
  if (!('stack' in reading) || !isA2(reading.stack) || file?.slimmable) return false;
  return file === undefined || file.namesOptions;
};

/** Why a file goes to NAM Core before its architecture is looked at; null where it does not. */
const handedOn = (program: Program): string | null => {
  const version = program.network.file?.version;
  if (version === undefined || !isNew(version) || isStandardA2(program)) return null;
  return `it gives NAM Core every file later than version 0.5.4 that is no standard A2, and this one is of version ${version}`;
};

/** Whether there is code for the network, as a build without NAM Core would run it. */
function readShape(program: Program): ShapeReading {
  const { network } = program;
  if (network.kind === 'lstm') {
    const sizes = network.layers.map((layer) => layer.hiddenSize);
    const hidden = sizes[0] ?? 0;
    if (network.inChannels !== 1 || network.headBias.length !== 1)
      return { reason: 'it is not mono' };
    if (sizes.some((size) => size !== hidden)) return { reason: 'its layers differ in size' };
    return { kind: 'lstm', network, fixed: lstms.includes(`${sizes.length}x${hidden}`) };
  }
  if (network.kind !== 'wavenet') return { reason: `it is a ${network.kind} network` };
  const reading = readStack(program);
  if ('stack' in reading) {
    return isA2(reading.stack)
      ? { kind: 'wavenet', network, fixed: true }
      : { reason: 'it is neither an A2 of 3 or 8 channels nor an A1' };
  }
  if (network.conditionDsp) return { reason: 'it has a condition DSP' };
  if (network.head) return { reason: 'it has a post-stack head' };
  if (network.inChannels !== 1) return { reason: 'it is not mono' };
  const reason = faultOf(network.arrays);
  if (reason) return { reason };
  return { kind: 'wavenet', network, fixed: isOfficial(network.arrays) };
}

const facts = factsOf('neural-audio');

/** NAM Core as NeuralAudio builds it: NAM_ENABLE_A2_FAST on, NAM_USE_INLINE_GEMM off. */
const fallbackFor = (program: Program): string =>
  'supported' in readA2(program) ? 'nam-core' : 'nam-core-a2fast';

const pathOf = (shape: Shape, build: NeuralAudioBuild): string =>
  shape.fixed && (shape.kind === 'wavenet' || build.staticLstm)
    ? 'NeuralAudio runs this shape as a template of fixed sizes.'
    : 'NeuralAudio runs this shape on its dynamic path.';

/** What the library's build decides. */
export interface NeuralAudioBuild {
  /** BUILD_INTERNAL_STATIC_LSTM: off in the library's CMake. */
  readonly staticLstm: boolean;
}

export const createNeuralAudio = (build: NeuralAudioBuild): Engine => ({
  ...facts,
  supports(program: Program, _target: Target): Support {
    const early = handedOn(program);
    const shape = early === null ? readShape(program) : { reason: early };
    if (!('reason' in shape)) return { supported: true, path: pathOf(shape, build) };
    const reason = `NeuralAudio hands this model on: ${shape.reason}.`;
    return { supported: false, reason, fallback: fallbackFor(program) };
  },
  /** Its own code for whatever it has code for: a build without NAM Core runs that at any version. */
  lower(program: Program, target: Target, options: LowerOptions): Lowered {
    const shape = readShape(program);
    if ('reason' in shape) {
      const reason = `It hands this model on: ${shape.reason}.`;
      throw new EngineError(facts.id, reason, fallbackFor(program));
    }
    const { blockFrames, tanh } = options;
    return shape.kind === 'lstm'
      ? lowerLstm(shape.network, eigenTarget(target), blockFrames, build.staticLstm && shape.fixed)
      : lowerWaveNet(eigenTarget(target), blockFrames, { ...shape, tanh });
  },
});

/** As it is built by default. */
export const neuralAudio: Engine = createNeuralAudio({ staticLstm: false });
