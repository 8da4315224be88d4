/**
 * What an architecture costs, added up from what its layers cost: the machine prices small networks
 * for every number of channels and bottleneck, and every kernel size in them once. What a small
 * network misses (caches, copies, far taps) is a factor for each layer, measured on the whole
 * original. Good for ranking thousands of candidates; what is shown is priced whole.
 */
import { type ArchitectureChange, kernelSizeAfter, layersAfter } from '../../nam/edit-wavenet.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { remember } from '../../units/remember.ts';
import { layerName, type Place, Probes } from './probes.ts';

/** Cycles per sample of the layers of an array by kernel size, and how much dearer its last one is. */
interface ArrayCosts {
  readonly middle: ReadonlyMap<number, number>;
  readonly lastShare: number;
}

/** One small network: an engine's layers of every array, and what belongs to none. */
interface Table {
  readonly engine: string;
  readonly arrays: readonly ArrayCosts[];
  readonly rest: number;
}

interface Rest {
  readonly engine: string;
  readonly rest: number;
}

/** Priced over estimated: of every layer of the original by array, and of what belongs to none. */
interface Factors {
  readonly layers: readonly (readonly number[])[];
  readonly rest: number;
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)];

export class LayerCosts {
  readonly #network: WaveNetNetwork;
  readonly #place: Place;
  readonly #probes: Probes;
  /** For each array, what `estimate` may be asked for, the original first. */
  readonly #channels: readonly (readonly number[])[];
  readonly #tables = new Map<string, Table | null>();
  readonly #rests = new Map<string, Rest | null>();
  readonly #heads = new Map<number, number | null>();
  readonly #factors = new Map<string, Factors | null>();
  readonly #sums = new Map<string, number>();

  /** `changes`: all that will be asked for. */
  constructor(
    network: WaveNetNetwork,
    place: Place,
    changes: readonly ArchitectureChange[],
    probes: Probes = new Probes(),
  ) {
    this.#network = network;
    this.#place = place;
    this.#probes = probes;
    this.#channels = network.arrays.map((array, index) =>
      distinct([
        array.channels,
        ...changes.map(({ channels }) => channels?.[index] ?? array.channels),
      ]),
    );
  }

  /** Cycles per sample at the place, or null where the engine refuses the architecture. */
  estimate(change: ArchitectureChange): number | null {
    const rest = this.#rest(change);
    if (rest === null) return null;
    const factors = this.#factorsOf(change, rest.engine);
    if (factors === null) return null;
    let sum = rest.rest * factors.rest;
    for (let index = 0; index < this.#network.arrays.length; index++) {
      const layers = this.#layers(change, index, rest.engine, factors);
      if (layers === null) return null;
      sum += layers;
    }
    return sum;
  }

  /** All layers of one array. */
  #layers(
    change: ArchitectureChange,
    index: number,
    engine: string,
    factors: Factors,
  ): number | null {
    const { kernelLess, kernelCap, dilationShare } = change;
    const array = this.#network.arrays[index];
    if (array === undefined) return null;
    const kept = layersAfter(array, change, index);
    const channels = change.channels?.[index] ?? array.channels;
    const key = `${index} ${channels} ${kept} ${kernelLess} ${kernelCap} ${dilationShare} ${change.activation?.type} ${change.bottleneckShare} ${engine}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const costs = this.#costsOf(change, index, engine);
    if (costs === null) return null;
    let sum = 0;
    for (let at = 0; at < kept; at++) {
      const { conv } = array.layers[at] as (typeof array.layers)[number];
      const middle = costs.middle.get(kernelSizeAfter(conv, change)) ?? 0;
      const share = at === kept - 1 ? costs.lastShare : 1;
      sum += middle * share * (factors.layers[index]?.[at] ?? 1);
    }
    this.#sums.set(key, sum);
    return sum;
  }

  /** Where another activation stays with the engine, it saves in proportion to the channels. */
  #costsOf(change: ArchitectureChange, index: number, engine: string): ArrayCosts | null {
    const { activation, ...same } = change;
    if (activation === undefined) return this.#plainCostsOf(change, index, engine);
    const { channels: _, ...unsliced } = same;
    const before = this.#table(unsliced, undefined);
    const after = this.#table({ ...unsliced, activation }, undefined);
    if (before === null || after === null) return null;
    if (after.engine !== before.engine) return this.#plainCostsOf(change, index, engine);
    const plain = this.#plainCostsOf(same, index, engine);
    if (plain === null) return null;
    const all = this.#network.arrays[index]?.channels ?? 1;
    const share = (change.channels?.[index] ?? all) / all;
    const more = (size: number): number =>
      (after.arrays[index]?.middle.get(size) ?? 0) - (before.arrays[index]?.middle.get(size) ?? 0);
    return {
      middle: new Map([...plain.middle].map(([size, cost]) => [size, cost + more(size) * share])),
      lastShare: plain.lastShare,
    };
  }

  /**
   * Layers of an array do not feel the channels of the others, so that one network tells of one
   * number of channels of every array. Only where that goes to another engine, one of its own does.
   */
  #plainCostsOf(change: ArchitectureChange, index: number, engine: string): ArrayCosts | null {
    const shared = this.#table(change, this.#together(change, index));
    const table = shared?.engine === engine ? shared : this.#table(change, change.channels);
    return table?.arrays[index] ?? null;
  }

  /** The channels of all arrays that are priced in one network with this array's. */
  #together(change: ArchitectureChange, index: number): readonly number[] | undefined {
    const wanted = change.channels?.[index];
    const nth = wanted === undefined ? 0 : (this.#channels[index]?.indexOf(wanted) ?? 0);
    if (nth === 0) return undefined;
    return this.#channels.map((all) => all[Math.min(nth, all.length - 1)] ?? 1);
  }

  #table(change: ArchitectureChange, channels: readonly number[] | undefined): Table | null {
    const { activation, bottleneckShare, kernelLess, kernelCap } = change;
    const own: ArchitectureChange = {
      ...(channels === undefined ? {} : { channels }),
      ...(activation === undefined ? {} : { activation }),
      ...(bottleneckShare === undefined ? {} : { bottleneckShare }),
    };
    const key = `${channels?.join(' ')} ${activation?.type} ${bottleneckShare} ${kernelLess} ${kernelCap}`;
    return remember(this.#tables, key, () => this.#price(own, change));
  }

  /** Every kernel size once, then the first one once more as the last layer. */
  #price(change: ArchitectureChange, kernels: ArchitectureChange): Table | null {
    const sizes = this.#network.arrays.map(({ layers }) =>
      distinct(layers.map(({ conv }) => kernelSizeAfter(conv, kernels))),
    );
    const probe = this.#probes.small(
      this.#network,
      this.#place,
      change,
      sizes.map((each) => [...each, ...each.slice(0, 1)]),
    );
    if (probe === null) return null;
    const arrays = sizes.map((each, index): ArrayCosts => {
      const at = (layer: number): number => probe.layers.get(layerName(index, layer)) ?? 0;
      return {
        middle: new Map(each.map((size, layer) => [size, at(layer)])),
        lastShare: at(0) === 0 ? 1 : at(each.length) / at(0),
      };
    });
    return { engine: probe.engine, arrays, rest: probe.rest };
  }

  /** What belongs to no layer: channels of each array, the head and the activation have their share in it. */
  #rest(change: ArchitectureChange): Rest | null {
    const { channels, headKernel, activation, bottleneckShare } = change;
    const key = `${channels?.join(' ')} ${headKernel} ${activation?.type} ${bottleneckShare}`;
    return remember(this.#rests, key, () => {
      const original = this.#table({}, undefined);
      if (original === null) return null;
      const own = bottleneckShare === undefined ? {} : { bottleneckShare };
      const { arrays } = this.#network;
      const tables = arrays.map((_, index) => this.#table(own, this.#together(change, index)));
      let { engine, rest } = original;
      for (const table of tables) {
        if (table === null) return null;
        rest *= (table.rest / original.rest) ** (1 / arrays.length);
      }
      if (tables.some((table) => table?.engine !== engine)) {
        // Whoever takes one array's channels need not take those of all.
        const exact = this.#table(own, channels);
        if (exact === null) return null;
        ({ engine, rest } = exact);
      }
      if (activation !== undefined) {
        const other = this.#table({ activation }, undefined);
        if (other === null) return null;
        if (other.engine !== original.engine) engine = other.engine;
        rest *= other.rest / original.rest;
      }
      if (headKernel !== undefined) {
        const other = this.#head(headKernel);
        if (other === null) return null;
        rest *= other / original.rest;
      }
      return { engine, rest };
    });
  }

  #head(headKernel: number): number | null {
    return remember(this.#heads, headKernel, () => {
      const sizes = this.#network.arrays.map(({ layers }) => {
        const each = distinct(layers.map(({ conv }) => conv.kernelSize));
        return [...each, ...each.slice(0, 1)];
      });
      return this.#probes.small(this.#network, this.#place, { headKernel }, sizes)?.rest ?? null;
    });
  }

  /** The original's own engine may have kernels for its very shape, so that another has its own factors. */
  #factorsOf(change: ArchitectureChange, engine: string): Factors | null {
    const { dilationShare } = change;
    return remember(this.#factors, `${dilationShare} ${engine}`, () => {
      const original: ArchitectureChange = {
        ...(dilationShare === undefined ? {} : { dilationShare }),
        ...(this.#rest({})?.engine === engine || change.activation === undefined
          ? {}
          : { activation: change.activation }),
      };
      return this.#measure(original);
    });
  }

  #measure(change: ArchitectureChange): Factors | null {
    const whole = this.#probes.whole(this.#network, this.#place, change);
    const rest = this.#rest(change);
    if (whole === null || rest === null) return null;
    const over = (priced: number, estimated: number): number =>
      estimated > 0 && priced > 0 ? priced / estimated : 1;
    return {
      rest: over(whole.rest, rest.rest),
      layers: this.#network.arrays.map((array, index) => {
        const costs = this.#costsOf(change, index, rest.engine);
        return array.layers.map(({ conv }, at) => {
          const middle = costs?.middle.get(kernelSizeAfter(conv, change)) ?? 0;
          const share = at === array.layers.length - 1 ? (costs?.lastShare ?? 1) : 1;
          return over(whole.layers.get(layerName(index, at)) ?? 0, middle * share);
        });
      }),
    };
  }
}
