/** Error against cost: one point a width, to choose from. */
import type { JSX } from 'preact';
import type { Width } from '../../nam/model.ts';
import { linearScale, tickText } from '../../report/chart/frame.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { percent } from '../../units/number-text.ts';

export interface ErrorChartProps {
  readonly widths: readonly Width[];
  readonly esr: ReadonlyMap<string, number | null>;
  readonly rows: readonly PredictRow[];
  readonly chosen: string;
  readonly choose: (width: string) => void;
}

const floorDb = -80;

/** Of the pedals that have a number, the one in the middle. */
const medianLoad = (rows: readonly PredictRow[], width: string): number | null => {
  const loads = rows
    .filter((row) => row.width.label === width && row.copies === 1 && row.load !== null)
    .map((row) => row.load?.expected ?? 0)
    .sort((a, b) => a - b);
  return loads[Math.floor(loads.length / 2)] ?? null;
};

/** From the top down to where a width is the same as the widest. */
const levels = (top: number): number[] =>
  Array.from({ length: 1 + (top - floorDb) / 20 }, (_, i) => top - 20 * i);

/** Whether a label stands below its point, because that of the point before it stands above. */
const belowOf = (places: readonly (readonly [number, number])[]): boolean[] => {
  const below: boolean[] = [];
  for (const [i, [x, y]] of places.entries()) {
    const [left, top] = places[i - 1] ?? [-100, 0];
    below.push(!(below[i - 1] ?? true) && x - left < 48 && Math.abs(y - top) < 18);
  }
  return below;
};

export const ErrorAgainstCost = (props: ErrorChartProps): JSX.Element => {
  const points = props.widths.flatMap(({ label }) => {
    const load = medianLoad(props.rows, label);
    if (load === null) return [];
    const esr = props.esr.get(label) ?? 0;
    return [{ label, load, db: esr === 0 ? floorDb : Math.max(floorDb, 10 * Math.log10(esr)) }];
  });
  points.sort((one, other) => one.load - other.load);
  const scale = linearScale(points.map(({ load }) => 100 * load));
  const top = Math.max(0, 20 * Math.ceil(Math.max(...points.map(({ db }) => db)) / 20));
  const x = (load: number): number => 60 + scale.at(100 * load) * 420;
  const y = (db: number): number => 25 + ((top - db) / (top - floorDb)) * 150;
  /** Nothing cheaper is closer to the widest. */
  const worthwhile = points.filter(({ db }, i) => points.slice(0, i).every((one) => one.db > db));
  const below = belowOf(points.map(({ load, db }) => [x(load), y(db)]));
  return (
    <figure>
      <figcaption>
        Error against cost, as load on the pedal in the middle of the table. The line joins the
        widths to which nothing cheaper comes closer. Choose a point to hear it.
      </figcaption>
      <svg viewBox="0 0 500 220" class="chart">
        <title>Error of each width against its load</title>
        {levels(top).map((db) => (
          <g key={db}>
            <line class="grid" x1="60" x2="490" y1={y(db)} y2={y(db)} />
            <text x="54" y={y(db) + 4} text-anchor="end">
              {db === floorDb ? 'same' : `${db} dB`}
            </text>
          </g>
        ))}
        {scale.ticks.map((tick) => (
          <text key={tick} x={x(tick / 100)} y="205" text-anchor="middle">
            {tickText(tick)}%
          </text>
        ))}
        <polyline
          class="line"
          points={worthwhile.map(({ load, db }) => `${x(load)},${y(db)}`).join(' ')}
        />
        {points.map(({ label, load, db }, i) => (
          // biome-ignore lint/a11y/useSemanticElements: SVG has no button.
          <g
            key={label}
            role="button"
            tabIndex={0}
            aria-label={`${label}: ${percent(load)}, error ${db.toFixed(0)} dB`}
            class={label === props.chosen ? 'point chosen' : 'point'}
            onClick={() => props.choose(label)}
            onKeyDown={(e) => (e.key === 'Enter' || e.key === ' ') && props.choose(label)}
          >
            <circle cx={x(load)} cy={y(db)} r="7" />
            <text x={x(load)} y={y(db) + (below[i] ? 19 : -11)} text-anchor="middle">
              {label}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
};
