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

export const ErrorAgainstCost = (props: ErrorChartProps): JSX.Element => {
  const points = props.widths.flatMap(({ label }) => {
    const load = medianLoad(props.rows, label);
    if (load === null) return [];
    const esr = props.esr.get(label) ?? 0;
    return [{ label, load, db: esr === 0 ? floorDb : Math.max(floorDb, 10 * Math.log10(esr)) }];
  });
  const scale = linearScale(points.map(({ load }) => 100 * load));
  const x = (load: number): number => 50 + scale.at(100 * load) * 430;
  const y = (db: number): number => 15 + (db / floorDb) * 150;
  return (
    <figure>
      <figcaption>
        Error against cost: the load on the pedal in the middle of the table. Choose a point to hear
        it.
      </figcaption>
      <svg viewBox="0 0 500 210" class="chart">
        <title>Error of each width against its load</title>
        {[0, -20, -40, -60, -80].map((db) => (
          <g key={db}>
            <line class="grid" x1="50" x2="490" y1={y(db)} y2={y(db)} />
            <text x="44" y={y(db) + 4} text-anchor="end">
              {db === floorDb ? 'same' : `${db} dB`}
            </text>
          </g>
        ))}
        {scale.ticks.map((tick) => (
          <text key={tick} x={x(tick / 100)} y="190" text-anchor="middle">
            {tickText(tick)}%
          </text>
        ))}
        <polyline
          class="line"
          points={points.map(({ load, db }) => `${x(load)},${y(db)}`).join(' ')}
        />
        {points.map(({ label, load, db }) => (
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
            <text x={x(load)} y={y(db) - 11} text-anchor="middle">
              {label}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
};
