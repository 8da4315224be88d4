/** A sound as peaks, and where it plays. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { peakOf } from '../audio/measures.ts';

const columns = 320;

const pathOf = (samples: Float32Array): string => {
  const each = Math.max(1, Math.floor(samples.length / columns));
  const top = Math.max(1e-6, peakOf(samples));
  return Array.from({ length: columns }, (_, i) => {
    const height = (38 * peakOf(samples.subarray(i * each, (i + 1) * each))) / top;
    return `M${i} ${40 - height}V${40 + height}`;
  }).join('');
};

export const Waveform = ({ samples, at }: { samples: Float32Array; at: number }): JSX.Element => {
  // The meter draws this twenty times a second.
  const path = useMemo(() => pathOf(samples), [samples]);
  return (
    <svg class="waveform" viewBox="0 0 320 80" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
      <line x1={at * columns} x2={at * columns} y1="0" y2="80" />
    </svg>
  );
};
