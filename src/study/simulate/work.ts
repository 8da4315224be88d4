/** What a slot can do, and the key by which the virtual pedal knows it. */
import type { Convolver } from '../../engine/convolver/convolver.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SlimmedModel } from '../../nam/model.ts';
import type { LinearNetwork } from '../../nam/network.ts';
import type { Rates } from '../cost/resampling.ts';

export type WorkSpec =
  | {
      readonly kind: 'model';
      readonly slimmed: SlimmedModel;
      readonly engine: Engine;
      /** Layers on the first of two cores; null for all on one. */
      readonly splitAfterLayers: number | null;
      /** Where a resampler stands around the model. */
      readonly rates: Rates | null;
    }
  | {
      readonly kind: 'ir';
      readonly network: LinearNetwork;
      readonly convolver: Convolver;
      /** The file, or what was built in. */
      readonly from: string;
    }
  | {
      readonly kind: 'load';
      readonly cyclesPerSample: number;
      readonly denormalCyclesPerSample: number;
    };

export const describeWork = (work: WorkSpec): string => {
  switch (work.kind) {
    case 'model':
      return `${work.slimmed.model.id} ${work.slimmed.width.label}`;
    case 'ir':
      return `${work.network.impulse.length} taps, ${work.convolver.id}`;
    case 'load':
      return `${work.cyclesPerSample} cycles/sample`;
    default:
      return work satisfies never;
  }
};

/** Unique for what it costs and how it sounds. */
export const keyOf = (work: WorkSpec): string => {
  switch (work.kind) {
    case 'model': {
      const { slimmed, engine, splitAfterLayers, rates } = work;
      const split = splitAfterLayers === null ? '' : ` split ${splitAfterLayers}`;
      const at = rates === null ? '' : ` at ${rates.modelHz}`;
      return `${slimmed.model.origin} ${slimmed.width.label} ${engine.id}${split}${at}`;
    }
    case 'ir':
      return `ir ${work.from} ${work.network.impulse.length} ${work.convolver.id} ${work.network.implementation}`;
    case 'load':
      return `load ${work.cyclesPerSample} ${work.denormalCyclesPerSample}`;
    default:
      return work satisfies never;
  }
};
