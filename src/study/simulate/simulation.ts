/** A virtual pedal that is ready to play. */
import type { Pedal } from '../../pedal/pedal.ts';
import type { PedalSetup } from '../../pedal/setup.ts';
import type { Statistics } from '../../pedal/statistics.ts';
import type { Timeline } from '../../pedal/timeline.ts';
import type { MachineCosts } from './machine-costs.ts';
import type { Resolved } from './resolve.ts';

/** A virtual pedal that is ready to play, and what its run is measured against. */
export interface Simulation {
  readonly resolved: Resolved;
  readonly setup: PedalSetup;
  readonly costs: MachineCosts;
  readonly pedal: Pedal;
  readonly statistics: Statistics;
  readonly timeline: Timeline;
}
