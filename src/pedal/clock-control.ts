/**
 * What changes a core's clock while it plays: the frequency governor with its ramp, and heat.
 * Both look at the load of the time since they last looked.
 */

export interface DvfsSetup {
  readonly governor: FrequencyGovernor;
  readonly minClockHz: number;
  readonly maxClockHz: number;
  /** From the lowest to the highest clock. */
  readonly rampSeconds: number;
}

type Wanted = (setup: Omit<DvfsSetup, 'governor'>, hz: number, busy: number) => number;

/** The clock that a governor wants, given the clock and the busy share since it last looked. */
const wanted = {
  performance: (s) => s.maxClockHz,
  powersave: (s) => s.minClockHz,
  // 1.25 x the clock that the load would fill: Linux, kernel/sched/cpufreq_schedutil.c.
  schedutil: (_s, hz, busy) => 1.25 * hz * busy,
  // To the top above 80 %, else in proportion: Linux, drivers/cpufreq/cpufreq_ondemand.c.
  ondemand: (s, _hz, busy) =>
    busy > 0.8 ? s.maxClockHz : s.minClockHz + busy * (s.maxClockHz - s.minClockHz),
} as const satisfies Readonly<Record<string, Wanted>>;

export type FrequencyGovernor = keyof typeof wanted;

export const isGovernor = (name: string): name is FrequencyGovernor => Object.hasOwn(wanted, name);
export const frequencyGovernors: readonly FrequencyGovernor[] =
  Object.keys(wanted).filter(isGovernor);

export class Dvfs {
  clockHz: number;
  private readonly setup: DvfsSetup;

  constructor(setup: DvfsSetup) {
    this.setup = setup;
    // A model has just been loaded and warmed up: the core was busy until now.
    this.clockHz = setup.governor === 'powersave' ? setup.minClockHz : setup.maxClockHz;
  }

  update(busyShare: number, elapsedSeconds: number): void {
    const { clockHz, setup } = this;
    const { minClockHz, maxClockHz, rampSeconds, governor } = setup;
    const wish = wanted[governor](setup, clockHz, busyShare);
    const aim = Math.min(maxClockHz, Math.max(minClockHz, wish));
    const range = maxClockHz - minClockHz;
    const step = rampSeconds > 0 ? (range * elapsedSeconds) / rampSeconds : range;
    const reached = Math.min(clockHz + step, Math.max(clockHz - step, aim));
    this.clockHz = Math.round(reached);
  }
}

/** Looks of a governor until its clock repeats itself, at the latest: near its aim it moves by a hundredth a look. */
const looks = 1024;

/**
 * The clocks between which a governor goes under a constant load, once it has settled.
 * @param busyAt the busy share at a clock
 */
export const settledClocks = (
  setup: DvfsSetup,
  busyAt: (clockHz: number) => number,
): { readonly lowestHz: number; readonly meanHz: number } => {
  const dvfs = new Dvfs({ ...setup, rampSeconds: 0 });
  const seen: number[] = [];
  while (seen.length < looks) {
    const { clockHz } = dvfs;
    dvfs.update(Math.min(1, busyAt(clockHz)), 1);
    // Where it stays once, it stays.
    if (dvfs.clockHz === clockHz) return { lowestHz: clockHz, meanHz: clockHz };
    seen.push(dvfs.clockHz);
  }
  const late = seen.slice(looks / 2);
  const sum = late.reduce((total, hz) => total + hz, 0);
  return { lowestHz: Math.min(...late), meanHz: Math.round(sum / late.length) };
};

export interface ThermalSetup {
  readonly ambientCelsius: number;
  /** Steady rise with one core at full load, at the top clock. */
  readonly riseCelsius: number;
  readonly timeConstantSeconds: number;
  readonly throttleCelsius: number;
  readonly throttledClockHz: number;
  /** Cooler than the limit by this much, the full clock comes back. */
  readonly hysteresisCelsius: number;
  readonly topClockHz: number;
  /** Cores that other programs keep busy. */
  readonly otherCoresBusy: number;
  readonly startCelsius: number;
}

export class Thermal {
  celsius: number;
  throttled = false;
  private readonly setup: ThermalSetup;

  constructor(setup: ThermalSetup) {
    this.setup = setup;
    this.celsius = setup.startCelsius;
  }

  /** `coresBusy`: the sum of the audio cores' busy shares. */
  update(coresBusy: number, clockHz: number, elapsedSeconds: number): void {
    const s = this.setup;
    // Power goes with frequency x voltage squared, and voltage about with frequency.
    const speed = clockHz / s.topClockHz;
    const rise = s.riseCelsius * (coresBusy + s.otherCoresBusy) * speed * speed * speed;
    const share = Math.min(1, elapsedSeconds / s.timeConstantSeconds);
    this.celsius += (s.ambientCelsius + rise - this.celsius) * share;
    if (this.celsius >= s.throttleCelsius) this.throttled = true;
    else if (this.celsius < s.throttleCelsius - s.hysteresisCelsius) this.throttled = false;
  }

  /** The clock that heat allows. */
  limit(clockHz: number): number {
    return this.throttled ? Math.min(clockHz, this.setup.throttledClockHz) : clockHz;
  }
}
