/**
 * What an architecture costs, added up from what its layers cost: the machine prices a small network
 * for every combination of channels, head, activation and bottleneck, and every kernel size in it
 * once. Good for ranking thousands of candidates; what is shown is priced whole.
 */
import { type ArchitectureChange, editWaveNet } from '../../nam/edit-wavenet.ts';
import type { LayerArray, WaveNetNetwork } from '../../nam/network.ts';
import { CostBook } from '../cost-book.ts';
import { type Point, price } from '../price.ts';

/** Cycles per sample by kernel size: of a layer in the middle, and of the last one of the array. */
interface ArrayCosts {
  readonly middle: ReadonlyMap<number, number>;
  readonly last: ReadonlyMap<number, number>;
}

interface Skeleton {
  readonly rest: number;
  readonly arrays: readonly ArrayCosts[];
}

/** The part of a change that every layer feels. */
const skeletonOf = (change: ArchitectureChange): ArchitectureChange => {
  const { channels, headKernel, activation, bottleneckShare } = change;
  return {
    ...(channels === undefined ? {} : { channels }),
    ...(headKernel === undefined ? {} : { headKernel }),
    ...(activation === undefined ? {} : { activation }),
    ...(bottleneckShare === undefined ? {} : { bottleneckShare }),
  };
};

export const kernelSizesAfter = (
  array: LayerArray,
  change: ArchitectureChange,
  index: number,
): number[] =>
  array.layers
    .slice(0, Math.max(1, array.layers.length - (change.dropped?.[index] ?? 0)))
    .map(({ conv }) => {
      const wanted =
        Math.min(conv.kernelSize, change.kernelCap ?? conv.kernelSize) - (change.kernelLess ?? 0);
      return Math.min(conv.kernelSize, Math.max(2, wanted));
    });

const layerName = /^array (\d+) layer (\d+)$/;

export class LayerCosts {
  readonly #network: WaveNetNetwork;
  readonly #point: Omit<Point, 'network'>;
  readonly #kernelSizes: readonly (readonly number[])[];
  readonly #skeletons = new Map<string, Skeleton | null>();

  /** `changes`: all that will be asked for, so that every kernel size in them is priced. */
  constructor(
    network: WaveNetNetwork,
    point: Omit<Point, 'network'>,
    changes: readonly ArchitectureChange[],
  ) {
    this.#network = network;
    this.#point = point;
    const kernels = new Map(
      changes.map(({ kernelLess = 0, kernelCap = 0 }) => [
        `${kernelLess} ${kernelCap}`,
        { kernelLess, ...(kernelCap > 0 ? { kernelCap } : {}) },
      ]),
    );
    this.#kernelSizes = network.arrays.map((array, index) => [
      ...new Set([...kernels.values()].flatMap((change) => kernelSizesAfter(array, change, index))),
    ]);
  }

  /** Cycles per sample, or null where the engine refuses the architecture. */
  estimate(change: ArchitectureChange): number | null {
    const skeleton = this.#skeleton(skeletonOf(change));
    if (skeleton === null) return null;
    let sum = skeleton.rest;
    for (const [index, array] of this.#network.arrays.entries()) {
      const costs = skeleton.arrays[index];
      const sizes = kernelSizesAfter(array, change, index);
      sizes.forEach((size, position) => {
        const table = position === sizes.length - 1 ? costs?.last : costs?.middle;
        sum += table?.get(size) ?? 0;
      });
    }
    return sum;
  }

  #skeleton(change: ArchitectureChange): Skeleton | null {
    const key = JSON.stringify(change);
    const known = this.#skeletons.get(key);
    if (known !== undefined) return known;
    const made = this.#price(change);
    this.#skeletons.set(key, made);
    return made;
  }

  /** Two networks: each size once in the middle, then each as the last layer in turn shares the rest. */
  #price(change: ArchitectureChange): Skeleton | null {
    const edited = editWaveNet(this.#network, change);
    const probe = (lastSize: number): { steps: Map<string, number>; total: number } | null => {
      const arrays = edited.arrays.map((array, index) => {
        const sizes = [...(this.#kernelSizes[index] ?? [])];
        const wanted = sizes[lastSize % sizes.length] ?? 2;
        const [template] = array.layers;
        if (template === undefined) return array;
        const layers = [...sizes, wanted].map((kernelSize) => ({
          ...template,
          conv: {
            ...template.conv,
            kernelSize,
            weights: new Float32Array(
              kernelSize * template.conv.outChannels * template.conv.inChannels,
            ),
          },
        }));
        return { ...array, layers };
      });
      const priced = price(new CostBook(), { ...this.#point, network: { ...edited, arrays } });
      if (priced.engine === null) return null;
      const steps = new Map<string, number>();
      for (const step of priced.cost.steps) {
        steps.set(step.layer, (steps.get(step.layer) ?? 0) + step.cycles.expected);
      }
      return { steps, total: priced.cost.total.expected };
    };
    const first = probe(0);
    if (first === null) return null;
    const perSample = (cycles: number): number => cycles / this.#point.blockFrames;
    const most = Math.max(...this.#kernelSizes.map((sizes) => sizes.length));
    const probes = [first, ...Array.from({ length: most - 1 }, (_, i) => probe(i + 1))];
    const layersOnly = [...first.steps].reduce(
      (sum, [name, cycles]) => sum + (layerName.test(name) ? cycles : 0),
      0,
    );
    return {
      rest: perSample(first.total - layersOnly),
      arrays: edited.arrays.map((_, index) => {
        const sizes = this.#kernelSizes[index] ?? [];
        const of = (steps: Map<string, number> | undefined, layer: number): number =>
          perSample(steps?.get(`array ${index} layer ${layer}`) ?? 0);
        return {
          middle: new Map(sizes.map((size, i) => [size, of(first.steps, i)])),
          last: new Map(sizes.map((size, i) => [size, of(probes[i]?.steps, sizes.length)])),
        };
      }),
    };
  }
}
