/** Blocks of a virtual pedal over time: each block's load as a line, the deadline, and blocks that came late. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { percent } from '../../units/number-text.ts';
import 'uplot/dist/uPlot.min.css';

export interface TimelineProps {
  readonly loads: Float32Array;
  readonly late: Uint8Array;
  readonly blockSeconds: number;
}

const most = 2400;

/** The highest of each group of blocks: no peak is lost on a narrow screen. */
const peaks = ({
  loads,
  late,
  blockSeconds,
}: TimelineProps): [number[], number[], (number | null)[]] => {
  const group = Math.max(1, Math.ceil(loads.length / most));
  const times: number[] = [];
  const tops: number[] = [];
  const lates: (number | null)[] = [];
  for (let at = 0; at < loads.length; at += group) {
    let top = 0;
    let isLate = false;
    for (let i = at; i < Math.min(at + group, loads.length); i += 1) {
      top = Math.max(top, loads[i] ?? 0);
      isLate ||= late[i] === 1;
    }
    times.push(at * blockSeconds);
    tops.push(100 * top);
    lates.push(isLate ? 100 * top : null);
  }
  return [times, tops, lates];
};

const pointText = (seconds: number, load: number): string =>
  `${seconds.toFixed(2)} s: ${percent(load / 100)} of the block`;

export const Timeline = (props: TimelineProps): JSX.Element => {
  const place = useRef<HTMLDivElement>(null);
  const { loads, late, blockSeconds } = props;
  /** Under the pointer. */
  const [at, setAt] = useState('');
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    // Asked at every drawing: dark may become light.
    const axis = {
      stroke: () => color('--soft'),
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { stroke: () => color('--line'), width: 1 },
    };
    const data = peaks({ loads, late, blockSeconds });
    const top = Math.max(110, ...data[1]);
    // Where most are late, large points would be one thick bar.
    const isMostlyLate = 2 * data[2].filter((late) => late !== null).length > data[2].length;
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        cursor: { drag: { x: true, y: false } },
        legend: { show: false },
        scales: { x: { time: false }, y: { range: [0, top * 1.1] } },
        axes: [
          { ...axis, size: 30, label: 'seconds', labelSize: 18 },
          { ...axis, size: 44, label: '% of the block', labelSize: 18 },
        ],
        series: [
          { label: 'time' },
          {
            label: 'load',
            stroke: () => color('--accent'),
            width: 1,
            fill: () => color('--accent-soft'),
          },
          {
            label: 'late',
            stroke: () => color('--bad'),
            width: 0,
            points: { show: true, size: isMostlyLate ? 3 : 7, fill: () => color('--bad') },
          },
        ],
        hooks: {
          setCursor: [
            ({ cursor: { idx } }) =>
              setAt(idx == null ? '' : pointText(data[0][idx] ?? 0, data[1][idx] ?? 0)),
          ],
          draw: [
            (u) => {
              const y = u.valToPos(100, 'y', true);
              const { ctx, bbox } = u;
              ctx.save();
              ctx.strokeStyle = color('--bad');
              ctx.setLineDash([6, 4]);
              ctx.beginPath();
              ctx.moveTo(bbox.left, y);
              ctx.lineTo(bbox.left + bbox.width, y);
              ctx.stroke();
              ctx.restore();
            },
          ],
        },
      },
      data,
      element,
    );
    const watch = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: 220 }),
    );
    watch.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = (): void => plot.redraw();
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
      watch.disconnect();
      plot.destroy();
    };
  }, [loads, late, blockSeconds]);
  return (
    <>
      <div
        class="timeline"
        ref={place}
        role="img"
        aria-label="Load of each block over time; the numbers stand below"
      />
      <p class="soft small timeline-key">
        <span class="tone good">▬ highest load</span>{' '}
        {late.includes(1) && <span class="tone bad">● late or lost</span>}{' '}
        <span class="tone bad">┄ deadline</span> <output>{at}</output>
      </p>
    </>
  );
};
