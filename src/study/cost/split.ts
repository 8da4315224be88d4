/** One model as a pipeline over two cores: the steps up to a layer on the first, the rest on the second. */
import type { Lowered, Step } from '../../kernel/lowered.ts';
import { StudyError } from './study-error.ts';

const isLayer = (name: string) => /^array \d+ layer \d+$|^layer \d+$|^block \d+$/.test(name);

/** The layers of a lowered program, in the order in which they run. */
export const layersOf = (lowered: Lowered): readonly string[] => [
  ...new Set(lowered.steps.map((s) => s.layer).filter(isLayer)),
];

/** Code is shared out by the number of steps that each core runs. */
const withSteps = (lowered: Lowered, steps: readonly Step[]): Lowered => ({
  ...lowered,
  steps,
  codeBytes: Math.ceil((lowered.codeBytes * steps.length) / Math.max(1, lowered.steps.length)),
});

/** @throws StudyError 'no-split' unless 1 <= frontLayers < number of layers. */
export const splitAfter = (
  lowered: Lowered,
  frontLayers: number,
): { readonly front: Lowered; readonly back: Lowered } => {
  const layers = layersOf(lowered);
  if (!Number.isInteger(frontLayers) || frontLayers < 1 || frontLayers >= layers.length) {
    throw new StudyError(
      'no-split',
      layers.length < 2
        ? 'split: this network has no layers to divide between two cores.'
        : `split: expected a whole number of layers from 1 to ${layers.length - 1}, got ${frontLayers}.`,
    );
  }
  const first = lowered.steps.findIndex((s) => s.layer === layers[frontLayers]);
  return {
    front: withSteps(lowered, lowered.steps.slice(0, first)),
    back: withSteps(lowered, lowered.steps.slice(first)),
  };
};
