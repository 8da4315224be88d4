/** From a device's profile and a scenario's wishes: stack, clock control and disturbances. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile } from '../../device/profile.ts';
import type { AudioStack } from '../../pedal/audio-stack.ts';
import { type DvfsSetup, isGovernor, type ThermalSetup } from '../../pedal/clock-control.ts';
import type { Burst } from '../../pedal/disturbance.ts';
import type { Disturbances, Scenario, ScenarioBurst, Span } from '../../scenario/scenario.ts';
import type { Figure } from '../../units/figure.ts';

/** What a device or a scenario must say of heat. */
export const thermalFigures = [
  'ambientCelsius',
  'riseCelsius',
  'timeConstantSeconds',
  'throttleCelsius',
  'throttledClockHz',
] as const;

/** Another requester with equal rights halves the bandwidth, so waiting takes twice as long. */
const sharedBusFactor = 2;
/** Between the throttling temperature and the return of the full clock, where a profile is silent. */
const usualHysteresisCelsius = 5;

export const disturbancesOf = (scenario: Scenario): Disturbances => {
  const { disturbances = true } = scenario;
  if (disturbances !== false) return disturbances === true ? {} : disturbances;
  const bursts = { interrupt: false, graph: false, memory: false, cache: false };
  return { ...bursts, dvfs: false, thermal: false };
};

export const stackOf = (scenario: Scenario, chip: ChipProfile): AudioStack => {
  const periods = scenario.periods ?? chip.audio.periods.value;
  if (chip.audio.stack === 'dma' && scenario.periods === undefined) return { kind: 'dma' };
  return { kind: 'jack', periods: Math.max(2, periods), slackSeconds: scenario.slackSeconds ?? 0 };
};

const cyclesOf = (seconds: number, clockHz: number): number => Math.round(seconds * clockHz);

const spanOf = ({ value, low = value, high = value }: Figure): Span => ({ min: low, max: high });

const burstOf = (spec: ScenarioBurst, clockHz: number): Burst => {
  const { name, kind, core = 0, firstAtSeconds, factor = sharedBusFactor } = spec;
  const global = kind === 'memory' || kind === 'cache';
  const cycles = (span: Span): readonly [number, number] => {
    const { min, max } = typeof span === 'number' ? { min: span, max: span } : span;
    return [cyclesOf(min, clockHz), cyclesOf(max, clockHz)];
  };
  return {
    name,
    kind,
    core: global ? 'all' : core,
    everyCycles: cycles(spec.everySeconds),
    lengthCycles: cycles(spec.durationSeconds),
    ...(firstAtSeconds === undefined ? {} : { firstAtCycle: cyclesOf(firstAtSeconds, clockHz) }),
    ...(kind === 'memory' ? { factor } : {}),
  };
};

/** The device's documented bursts that are not switched off, then the scenario's own. */
export const burstsOf = (scenario: Scenario, chip: ChipProfile, clockHz: number): Burst[] => {
  const wanted = disturbancesOf(scenario);
  const own = chip.interference
    .filter(({ what }) => wanted[what] !== false)
    // Interrupts go to the first audio core: the worst place for them.
    .map(({ name, what, everySeconds, durationSeconds }) => ({
      name,
      kind: what,
      everySeconds: spanOf(everySeconds),
      durationSeconds: spanOf(durationSeconds),
    }));
  return [...own, ...(wanted.add ?? [])].map((burst) => burstOf(burst, clockHz));
};

/** Null where the clock is fixed: no governor known, switched off, or a clock set by the scenario. */
export const dvfsOf = (asked: Scenario, chip: ChipProfile, clockHz: number): DvfsSetup | null => {
  const { dvfs } = disturbancesOf(asked);
  if (dvfs === false) return null;
  const override = typeof dvfs === 'object' ? dvfs : {};
  if (chip.dvfs === null && override.governor === undefined) return null;
  const named = chip.dvfs?.governor.value ?? 'performance';
  return {
    governor: override.governor ?? (isGovernor(named) ? named : 'performance'),
    minClockHz: Math.min(clockHz, override.minClockHz ?? chip.dvfs?.minClockHz.value ?? clockHz),
    maxClockHz: clockHz,
    rampSeconds: override.rampSeconds ?? chip.dvfs?.rampSeconds.value ?? 0,
  };
};

export const thermalOf = (
  asked: Scenario,
  { thermal: own }: ChipProfile,
  topClockHz: number,
): ThermalSetup | null => {
  const { thermal } = disturbancesOf(asked);
  if (thermal === false) return null;
  const override = typeof thermal === 'object' ? thermal : {};
  const found = thermalFigures.map((key) => [key, override[key] ?? own?.[key].value] as const);
  // A device without the figures does not heat up, unless the scenario gives all of them.
  if (found.some(([, figure]) => figure === undefined)) return null;
  // None is undefined.
  const figures = Object.fromEntries(found) as Record<(typeof thermalFigures)[number], number>;
  return {
    ...figures,
    hysteresisCelsius: override.hysteresisCelsius ?? usualHysteresisCelsius,
    topClockHz,
    otherCoresBusy: override.otherCoresBusy ?? 0,
    startCelsius: override.startCelsius ?? figures.ambientCelsius,
  };
};

/** The clock of a core that audio leaves alone; null where only idle time is left. */
export const besideClockOf = (chip: ChipProfile, clockHz: number, used: number): number | null => {
  const audio = audioClusterOf(chip);
  if (used < audio.audioCores.value) return clockHz;
  const free = chip.clusters.find((cluster) => cluster.count.value > cluster.audioCores.value);
  return free?.clockHz.value ?? null;
};
