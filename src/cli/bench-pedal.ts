/** How quick the virtual pedal is on this host: two models in a chain, with and without their audio. */
import { widthsOf } from '../nam/widths.ts';
import type { PedalRow } from '../report/bench-text.ts';
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import { simulate } from '../study/simulate/simulate.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { Io } from './io.ts';

const device = 'pi-4';
/** Audio is rendered for a twentieth of the time that costs are simulated for: it takes longer. */
const audioShare = 1 / 20;

const jobOf = (model: string, width: string, durationSeconds: number): Job => {
  const slot = { model, width };
  const scenario = { device, slots: [slot, slot], durationSeconds };
  const [job] = parseScenario(JSON.stringify(scenario), 'bench', 'bench');
  if (job === undefined) throw new Error('a scenario without sweeps is one job');
  return job;
};

/** @param name the model of both slots: at its narrowest width without audio, at its widest with. */
export const benchPedal = (
  io: Io,
  workbench: Workbench,
  name: string,
  simulatedSeconds: number,
): PedalRow[] => {
  const widths = widthsOf(workbench.model(name)).map(({ label }) => label);
  const measure = (width: string, seconds: number, audio: boolean): PedalRow => {
    const options = audio ? { onAudio: () => {} } : {};
    // The first second compiles what is measured then.
    simulate(jobOf(name, width, Math.min(1, seconds)), workbench, options);
    const start = io.now();
    const result = simulate(jobOf(name, width, seconds), workbench, options);
    const took = (io.now() - start) / 1000;
    return {
      model: name,
      width,
      device,
      slots: 2,
      audio,
      blocks: result.blocks,
      simulatedSeconds: result.simulatedSeconds,
      seconds: took,
      timesRealTime: result.simulatedSeconds / took,
    };
  };
  const [first = 'full'] = widths;
  const last = widths[widths.length - 1] ?? first;
  return [
    measure(first, simulatedSeconds, false),
    measure(last, simulatedSeconds * audioShare, true),
  ];
};
