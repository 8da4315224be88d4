/** The thread that simulates ahead: one template after another, in the order in which they were asked for. */
import { workerData } from 'node:worker_threads';
import type { Spelled } from '../machine/pipeline/prepared.ts';
import { theScoreboard } from '../machine/pipeline/scoreboard.ts';
import { remember } from '../units/remember.ts';
import { type SharedMemory, Simulations } from './simulations.ts';

const simulations = new Simulations(workerData as SharedMemory);
const cores = new Map<number, Int32Array>();
const codes = new Map<number, Spelled>();
for (let simulation = 0; simulations.waitFor(simulation); simulation++) {
  if (!simulations.claim(simulation)) continue;
  const places = simulations.placesOf(simulation);
  const core = remember(cores, places.core, (place) => simulations.coreAt(place));
  const code = remember(codes, places.code, (place) => simulations.codeAt(place));
  simulations.give(simulation, theScoreboard().simulate(code, core));
}
