/** Where the sound is: its waveform, its position to move, and how loud it is. */
import type { JSX } from 'preact';
import type { PlayerReport } from '../audio/player-worklet.ts';
import { sampleRateHz } from './use-sounds.ts';
import { Waveform } from './waveform.tsx';

export interface TransportProps {
  readonly samples: Float32Array;
  readonly report: PlayerReport;
  readonly playing: boolean;
  /** Not while nobody is to see which of two sounds is heard. */
  readonly leveled: boolean;
  readonly seek: (frame: number) => void;
}

const clock = (frames: number): string => {
  const seconds = Math.floor(frames / sampleRateHz);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const decibels = (value: number): string =>
  value > 1e-5 ? `${(20 * Math.log10(value)).toFixed(0)} dB` : 'silent';

export const Transport = ({
  samples,
  report,
  playing,
  leveled,
  seek,
}: TransportProps): JSX.Element => {
  const { frame, rms, peak } = report;
  return (
    <>
      <div class="wave">
        <Waveform samples={samples} at={frame / Math.max(1, samples.length)} />
        <input
          type="range"
          aria-label="Position in seconds"
          min={0}
          max={samples.length / sampleRateHz}
          step={0.1}
          value={frame / sampleRateHz}
          onInput={(e) => seek(Math.round(Number(e.currentTarget.value) * sampleRateHz))}
        />
      </div>
      <p class="level">
        <small>
          {clock(frame)} / {clock(samples.length)}
        </small>
        {leveled && (
          <meter
            aria-label="Level in dB of full scale"
            min={-60}
            max={0}
            value={playing ? 20 * Math.log10(Math.max(1e-3, rms)) : -60}
          />
        )}
        {leveled && (
          <small>{playing ? `level ${decibels(rms)}, peak ${decibels(peak)}` : 'stopped'}</small>
        )}
      </p>
    </>
  );
};
