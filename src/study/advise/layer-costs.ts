/**
 * What an architecture costs, added up from what its layers cost: the machine costs small networks
 * for every number of channels and bottleneck, and every kernel size in them once. What a small
 * network misses (caches, copies, far taps) is a factor for each layer, measured on the whole
 * original. Good for ranking thousands of candidates; what is shown is costed whole.
 */
import type { ArchitectureChange } from '../../nam/edit-wavenet.ts';
import { editWaveNet, kernelSizeAfter, layersAfter } from '../../nam/edit-wavenet.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { layerName, type Place, type Probe, splitByLayer } from './probes.ts';

/** Cycles per sample of the layers of an array by kernel size, and how much costlier its last one is. */
interface ArrayCosts {
  readonly middle: ReadonlyMap<number, number>;
  readonly lastShare: number;
}

/** One small network: an engine's layers of every array, and what belongs to none. */
interface Table extends Rest {
  readonly arrays: readonly ArrayCosts[];
}

interface Rest {
  readonly engine: string;
  readonly rest: number;
}

/** Costed whole over estimated: of every layer of the original by array, and of what belongs to none. */
interface Factors {
  readonly layers: readonly (readonly number[])[];
  readonly rest: number;
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)];

/** What every layer feels of a change; taps that move and layers that go are none of it. */
const feltOf = ({ dropped: _, dilationShare: __, headKernel: ___, ...felt }: ArchitectureChange) =>
  felt;

const withChannels = (
  { channels: _, ...change }: ArchitectureChange,
  channels: readonly number[] | undefined,
): ArchitectureChange => (channels === undefined ? change : { ...change, channels });

/** Cycles per sample of a changed network at the place, or null where the engine refuses the architecture. */
export type Estimate = (change: ArchitectureChange) => number | null;

/**
 * What changes of a network cost at the place.
 * @param changes all that will be asked for
 */
export const estimateOf = (
  network: WaveNetNetwork,
  place: Place,
  changes: readonly ArchitectureChange[],
  probe: Probe,
): Estimate => {
  const { arrays } = network;
  // For each array what may be asked for, the original first.
  const counts = arrays.map((array, i) =>
    distinct([array.channels, ...changes.map(({ channels }) => channels?.[i] ?? array.channels)]),
  );

  /** Every kernel size once, then the first one once more as the last layer. */
  const costSmall = (change: ArchitectureChange): Table | null => {
    const { kernelLess: _, kernelCap: __, ...own } = change;
    const sizes = arrays.map(({ layers }) =>
      distinct(layers.map(({ conv }) => kernelSizeAfter(conv, change))),
    );
    const withLast = sizes.map((each) => [...each, ...each.slice(0, 1)]);
    const probed = probe(network, place, own, withLast);
    if (probed === null) return null;
    const tables = sizes.map((each, index): ArrayCosts => {
      const at = (layer: number): number => probed.layers.get(layerName(index, layer)) ?? 0;
      return {
        middle: new Map(each.map((size, layer) => [size, at(layer)])),
        lastShare: at(0) === 0 ? 1 : at(each.length) / at(0),
      };
    });
    return { engine: probed.engine, arrays: tables, rest: probed.rest };
  };
  const tables = new Map<string, Table | null>();
  const tableOf = (change: ArchitectureChange): Table | null => {
    const { channels, activation, bottleneckShare, kernelLess, kernelCap, headKernel } = change;
    const felt = [channels, activation?.type, bottleneckShare, kernelLess, kernelCap, headKernel];
    return memoize(tables, felt.join(' '), () => costSmall(change));
  };

  /** The channels of all arrays that are costed in one network with this array's. */
  const together = (change: ArchitectureChange, index: number) => {
    const wanted = change.channels?.[index];
    const nth = wanted === undefined ? 0 : (counts[index]?.indexOf(wanted) ?? 0);
    return nth === 0 ? undefined : counts.map((all) => all[Math.min(nth, all.length - 1)] ?? 1);
  };

  /**
   * Layers of an array do not feel the channels of the others, so that one network tells of one
   * number of channels of every array. Only where that goes to another engine, one of its own does.
   */
  const plainCosts = (change: ArchitectureChange, index: number, engine: string) => {
    const felt = feltOf(change);
    const shared = tableOf(withChannels(felt, together(change, index)));
    return (shared?.engine === engine ? shared : tableOf(felt))?.arrays[index] ?? null;
  };

  /** Where another activation stays with the engine, it saves in proportion to the channels. */
  const costsOf = (change: ArchitectureChange, index: number, engine: string) => {
    const { activation, ...same } = change;
    if (activation === undefined) return plainCosts(change, index, engine);
    const unsliced = withChannels(feltOf(same), undefined);
    const before = tableOf(unsliced);
    const after = tableOf({ ...unsliced, activation });
    if (before === null || after === null) return null;
    if (after.engine !== before.engine) return plainCosts(change, index, engine);
    const plain = plainCosts(same, index, engine);
    if (plain === null) return null;
    const all = arrays[index]?.channels ?? 1;
    const share = (change.channels?.[index] ?? all) / all;
    const at = (table: Table, size: number): number => table.arrays[index]?.middle.get(size) ?? 0;
    const middle = [...plain.middle].map(
      ([size, cost]) => [size, cost + (at(after, size) - at(before, size)) * share] as const,
    );
    return { middle: new Map(middle), lastShare: plain.lastShare };
  };

  /** What belongs to no layer: channels of each array, the head and the activation have their share in it. */
  const restOf = (change: ArchitectureChange): Rest | null => {
    const { channels, headKernel, activation, bottleneckShare } = change;
    const original = tableOf({});
    if (original === null) return null;
    const own = bottleneckShare === undefined ? {} : { bottleneckShare };
    let { engine, rest } = original;
    const tables = arrays.map((_, i) => tableOf(withChannels(own, together(change, i))));
    for (const table of tables) {
      if (table === null) return null;
      rest *= (table.rest / original.rest) ** (1 / arrays.length);
    }
    if (tables.some((table) => table?.engine !== engine)) {
      // Whoever takes one array's channels need not take those of all.
      const exact = tableOf(withChannels(own, channels));
      if (exact === null) return null;
      ({ engine, rest } = exact);
    }
    for (const one of [activation && { activation }, headKernel && { headKernel }]) {
      if (!one) continue;
      const other = tableOf(one);
      if (other === null) return null;
      if ('activation' in one && other.engine !== original.engine) engine = other.engine;
      rest *= other.rest / original.rest;
    }
    return { engine, rest };
  };

  const measure = (change: ArchitectureChange): Factors | null => {
    const whole = splitByLayer(new CostCache(), place, editWaveNet(network, change));
    const rest = restOf(change);
    if (whole === null || rest === null) return null;
    const over = (costed: number, estimated: number): number =>
      estimated > 0 && costed > 0 ? costed / estimated : 1;
    const layers = arrays.map((array, index) => {
      const costs = costsOf(change, index, rest.engine);
      return array.layers.map(({ conv }, at) => {
        const middle = costs?.middle.get(kernelSizeAfter(conv, change)) ?? 0;
        const share = at === array.layers.length - 1 ? (costs?.lastShare ?? 1) : 1;
        return over(whole.layers.get(layerName(index, at)) ?? 0, middle * share);
      });
    });
    return { rest: over(whole.rest, rest.rest), layers };
  };

  /** The original's own engine may have kernels for its very shape, so that another has its own factors. */
  const known = new Map<string, Factors | null>();
  const factorsOf = ({ dilationShare, activation }: ArchitectureChange, engine: string) =>
    memoize(known, `${dilationShare} ${engine}`, () =>
      measure({
        ...(dilationShare === undefined ? {} : { dilationShare }),
        ...(restOf({})?.engine === engine || activation === undefined ? {} : { activation }),
      }),
    );

  /** All layers of one array. */
  const layersOf = (change: ArchitectureChange, index: number, engine: string): number | null => {
    const array = arrays[index];
    const costs = costsOf(change, index, engine);
    const factors = factorsOf(change, engine)?.layers[index];
    if (array === undefined || costs === null || factors === undefined) return null;
    const kept = array.layers.slice(0, layersAfter(array, change, index));
    return kept.reduce((sum, { conv }, at) => {
      const middle = costs.middle.get(kernelSizeAfter(conv, change)) ?? 0;
      return sum + middle * (at === kept.length - 1 ? costs.lastShare : 1) * (factors[at] ?? 1);
    }, 0);
  };

  return (change) => {
    const rest = restOf(change);
    const factors = rest && factorsOf(change, rest.engine);
    if (rest === null || factors === null) return null;
    let sum = rest.rest * factors.rest;
    for (const index of arrays.keys()) {
      const layers = layersOf(change, index, rest.engine);
      if (layers === null) return null;
      sum += layers;
    }
    return sum;
  };
};
