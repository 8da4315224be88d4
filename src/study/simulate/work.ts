/** What a slot can do. */
import type { Convolver } from '../../engine/convolver/convolver.ts';
import type { Engine } from '../../engine/engine.ts';
import type { SlimmedModel } from '../../nam/model.ts';
import type { LinearNetwork } from '../../nam/network.ts';
import type { Rates } from '../cost/resampling.ts';

interface Named {
  /** By which the virtual pedal knows it: unique for what it costs and how it sounds. */
  readonly key: string;
  /** As a reader would say it. */
  readonly what: string;
}

export interface ModelWork extends Named {
  readonly kind: 'model';
  readonly slimmed: SlimmedModel;
  readonly engine: Engine;
  /** Layers on the first of two cores; null for all on one. */
  readonly splitAfterLayers: number | null;
  /** Where a resampler stands around the model. */
  readonly rates: Rates | null;
}

interface ImpulseWork extends Named {
  readonly kind: 'ir';
  readonly network: LinearNetwork;
  readonly convolver: Convolver;
}

interface LoadWork extends Named {
  readonly kind: 'load';
  readonly cyclesPerSample: number;
  readonly denormalCyclesPerSample: number;
}

export type WorkSpec = ModelWork | ImpulseWork | LoadWork;
