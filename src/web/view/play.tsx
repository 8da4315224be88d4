/** A pedal's virtual twin: ten seconds of it, block by block, and its sound. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { percent } from '../../units/number-text.ts';
import { store } from '../store.ts';
import { type Twin, twinScenario } from '../twin.ts';
import type { ModelSummary, Played } from '../worker/protocol.ts';
import { Outcome } from './outcome.tsx';
import { TimelineLater } from './timeline-later.tsx';

export interface PlayProps {
  readonly twin: Twin;
  readonly model: ModelSummary;
  /** Lets it be heard. */
  readonly hear: (twin: Twin) => void;
}

const seconds = 10;

export const Play = ({ twin, model, hear }: PlayProps): JSX.Element => {
  const { device, width, setting } = twin;
  const [played, setPlayed] = useState<Played | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => setPlayed(null), [device.id, model.origin, width, ...Object.values(setting)]);
  const start = async (): Promise<void> => {
    if (progress !== null) return;
    setFault(null);
    setProgress(0);
    try {
      const beside = await store.beside();
      const scenario = { ...twinScenario(twin, model, seconds), audio: { signal: 'plucks' } };
      setPlayed(await beside.ask('play', { scenario, sound: null }, { onPart: setProgress }));
    } catch (error) {
      setFault((error as Error).message);
    }
    setProgress(null);
  };
  const result = played?.result;
  const budget =
    result?.worstBlock == null
      ? 1
      : (result.worstBlock.clockHz * result.blockFrames) / result.sampleRateHz;
  return (
    <>
      <p>
        Ten seconds of a plucked guitar through {width} on the virtual {device.name}, with the
        interrupts, clocks and neighbours of the real one: every block against its deadline.
      </p>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          aria-disabled={progress !== null}
          onClick={() => void start()}
        >
          {progress === null ? 'Play' : `Playing ${Math.round(progress * 100)} %`}
        </button>
        <button type="button" onClick={() => hear(twin)}>
          Hear it as the pedal plays it
        </button>
      </div>
      {fault !== null && <p class="fault">{fault}</p>}
      {played !== null && result !== undefined && (
        <>
          <Outcome result={result} />
          <TimelineLater
            loads={played.loads}
            late={played.late}
            blockSeconds={result.blockFrames / result.sampleRateHz}
          />
          <dl class="facts">
            <div>
              <dt>99 of 100 blocks stay below</dt>
              <dd>{percent(result.load.p99)}</dd>
            </div>
            {result.worstBlock !== null && (
              <div>
                <dt>Worst block, at {result.worstBlock.atSeconds.toFixed(2)} s</dt>
                <dd>
                  {result.worstBlock.causes
                    .slice(0, 4)
                    .map(({ cause, cycles }) => `${cause} ${percent(cycles / budget)}`)
                    .join(', ')}
                </dd>
              </div>
            )}
          </dl>
        </>
      )}
    </>
  );
};
