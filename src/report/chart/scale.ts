/** From values to coordinates, with ticks that people read easily. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Position of a value, 0 at low and 1 at high; not clamped. */
  at(value: number): number;
}

/** The next of 1, 2, 5, 10, 20, ... */
const niceStep = (raw: number): number => {
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10) * power;
};

/** From 0 (or the lowest value, if negative) to a round number above the highest. */
export const linearScale = (values: readonly number[]): Scale => {
  const highest = Math.max(...values, 0);
  const lowest = Math.min(...values, 0);
  const step = niceStep((highest - lowest || 1) / 5);
  const low = Math.floor(lowest / step) * step;
  const high = Math.max(Math.ceil(highest / step) * step, low + step);
  const steps = Math.round((high - low) / step);
  const ticks = Array.from({ length: steps + 1 }, (_, i) =>
    Number((low + i * step).toPrecision(12)),
  );
  return { low, high, ticks, at: (value) => (value - low) / (high - low) };
};

/** Decades, with 2 and 5 between them where there is room. Values must be positive. */
export const logScale = (values: readonly number[]): Scale => {
  const positive = values.filter((value) => value > 0);
  const lowest = Math.min(...positive);
  const highest = Math.max(...positive);
  const from = Math.floor(Math.log10(lowest));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(highest)) - from + 1 },
    (_, i) => from + i,
  );
  const all = decades.flatMap((decade) =>
    [1, 2, 5].map((step) => Number((step * 10 ** decade).toPrecision(3))),
  );
  const low = all.filter((tick) => tick <= lowest).at(-1) ?? lowest;
  const high = all.find((tick) => tick >= highest && tick > low) ?? highest * 2;
  const inside = all.filter((tick) => tick >= low && tick <= high);
  const isTold = (tick: number): boolean =>
    /^(1|0\.0*1)0*$/.test(String(tick)) || tick === low || tick === high;
  const ticks = inside.length > 9 ? inside.filter(isTold) : inside;
  const span = Math.log(high / low);
  return { low, high, ticks, at: (value) => Math.log(Math.max(value, low * 1e-3) / low) / span };
};

/** Every tick, or every second, third, ... where their texts would touch: `room` is for the whole axis. */
export const sparseTicks = (
  ticks: readonly number[],
  room: number,
  widthOf: (text: string) => number,
): readonly number[] => {
  const widest = Math.max(...ticks.map((tick) => widthOf(tickText(tick)))) + 6;
  const every = Math.max(1, Math.ceil((widest * (ticks.length - 1)) / Math.max(room, 1)));
  // Counted from zero where there is one, so that it keeps its text.
  const first = Math.max(0, ticks.indexOf(0)) % every;
  return ticks.filter((_, i) => i % every === first);
};

/** Short text of an axis: 12,500 -> 12.5k. */
export const tickText = (value: number): string => {
  const size = Math.abs(value);
  const scales = { G: 1e9, M: 1e6, k: 1e3 };
  for (const [unit, scale] of Object.entries(scales)) {
    if (size >= scale) return `${Number((value / scale).toPrecision(4))}${unit}`;
  }
  if (size !== 0 && size < 1e-3) return value.toExponential(0);
  return String(Number(value.toPrecision(4)));
};
