/** The widths as sound: switched without a gap, loudness matched, blind, the difference alone, and as a pedal plays it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PredictRow } from '../../study/predict/row.ts';
import { differenceOf, esrOf, rmsOf } from '../audio/measures.ts';
import { type PlayedSound, Player } from '../audio/player.ts';
import type { Twin } from '../twin.ts';
import type { ModelSummary } from '../worker/protocol.ts';
import { type Blind, BlindTest } from './blind-test.tsx';
import { Choice } from './choice.tsx';
import { ErrorAgainstCost } from './error-chart.tsx';
import { FileButton } from './file-button.tsx';
import { Transport } from './transport.tsx';
import { noCabinet, oursCabinet, useCabinet } from './use-cabinet.ts';
import { dry, fromPedalKey, sampleRateHz, signals, useSounds } from './use-sounds.ts';

export interface HearProps {
  readonly model: ModelSummary;
  readonly rows: readonly PredictRow[];
  /** The pedal that is looked at, at a width; null for none. */
  readonly pedal: Twin | null;
  /** Asked for from there: a new object each time. */
  readonly twin: Twin | null;
  /** A sound that was dropped on the page. */
  readonly file: File | null;
  /** How often it was asked for from above. */
  readonly asked: number;
}

interface Heard {
  readonly playing: boolean;
  readonly report: { readonly frame: number; readonly peak: number; readonly rms: number };
  /** What takes time before the first sound, beside what else does. */
  readonly open: () => Promise<unknown>;
  readonly play: () => Promise<void>;
  readonly stop: () => void;
  readonly seek: (frame: number) => void;
}

/** The audio thread: it gets everything that can be heard whenever that changes. */
const useHeard = (sounds: readonly PlayedSound[], key: string): Heard => {
  const opened = useRef<Promise<Player> | null>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  const [playing, setPlaying] = useState(false);
  const [report, setReport] = useState({ frame: 0, peak: 0, rms: 0 });
  useEffect(() => () => void opened.current?.then((open) => open.close()), []);
  useEffect(() => {
    if (sounds.length > 0) void player?.sounds(sounds, key);
  }, [sounds, player, key]);
  const open = (): Promise<Player> => {
    opened.current ??= Player.open(sampleRateHz, setReport);
    return opened.current;
  };
  return {
    playing,
    report,
    open,
    play: async () => {
      const own = await open();
      setPlayer(own);
      await own.play();
      setPlaying(true);
    },
    stop: () => {
      void player?.stop();
      setPlaying(false);
    },
    seek: (frame) => {
      player?.seek(frame);
      setReport((old) => ({ ...old, frame }));
    },
  };
};

/** As loud as the widest, where that is asked for. */
const soundsOf = (
  all: ReadonlyMap<string, Float32Array>,
  full: Float32Array | undefined,
  matched: boolean,
  other: Float32Array | null,
): readonly PlayedSound[] => {
  if (full === undefined) return [];
  const loud = rmsOf(full);
  const gain = (name: string, samples: Float32Array): number => {
    const quiet = rmsOf(samples);
    return matched && name !== dry && quiet > 0 ? loud / quiet : 1;
  };
  const sounds = [...all].map(([name, of]) => [name, of, gain(name, of)] as const);
  return other === null ? sounds : [...sounds, ['difference', differenceOf(full, other), 1]];
};

/** By what the capture says of itself. */
const isAmpAlone = ({ metadata }: ModelSummary): boolean =>
  ['amp', 'pedal_amp', 'preamp'].includes(metadata.gearType ?? '');

const errorText = (esr: number): string => `${(10 * Math.log10(Math.max(1e-12, esr))).toFixed(1)}`;

export const Hear = ({ model, rows, pedal, twin, file, asked }: HearProps): JSX.Element => {
  const widths = model.widths.map(({ label }) => label);
  const widest = widths.at(-1) ?? 'full';
  const sounds = useSounds(model);
  const { made, fromPedal, progress } = sounds;
  const [chosen, setChosen] = useState(widest);
  const [difference, setDifference] = useState(false);
  const [matched, setMatched] = useState(true);
  const [blind, setBlind] = useState<Blind | null>(null);
  const cabinet = useCabinet(sounds);
  const { heard: audible } = cabinet;
  const full = audible.get(widest);
  const key = blind !== null && chosen === 'X' ? blind.x : chosen;
  // Alone it would tell which of two a blind test plays.
  const other = difference && blind === null && key !== widest ? (audible.get(key) ?? null) : null;
  const played = useMemo(
    () => soundsOf(audible, full, matched, other),
    [audible, full, matched, other],
  );
  const heard = useHeard(played, other === null ? key : 'difference');
  const { playing, stop } = heard;
  useEffect(() => {
    stop();
    setBlind(null);
    setChosen(widest);
  }, [model, sounds.source]);
  const asPedal = async (one: Twin): Promise<void> => {
    if (progress !== null) return;
    if (made.size === 0) await sounds.make();
    await sounds.playTwin(one);
    setChosen(fromPedalKey);
  };
  useEffect(() => {
    if (twin !== null) void asPedal(twin);
  }, [twin]);
  useEffect(() => {
    if (file !== null) void sounds.open(file);
  }, [file]);

  useEffect(() => {
    if (asked > 0 && !playing) void pressPlay();
  }, [asked]);

  const pressPlay = async (): Promise<void> => {
    // A disabled button would lose the focus of a keyboard.
    if (progress !== null) return;
    if (playing) {
      stop();
      return;
    }
    await Promise.all([heard.open(), made.size === 0 && sounds.make()]);
    await heard.play();
  };

  // Of the model itself, whatever is behind it.
  const esr = useMemo(() => {
    const reference = made.get(widest);
    const of = (samples: Float32Array | undefined): number | null =>
      reference === undefined || samples === undefined ? null : esrOf(reference, samples);
    return new Map(widths.map((width) => [width, of(made.get(width))]));
  }, [made]);
  const names = new Map([
    ...widths.map((width) => [width, width] as const),
    [dry, 'dry'],
    ...(fromPedal === null ? [] : [[fromPedalKey, fromPedal.what] as const]),
    ['X', 'X'],
  ]);
  const choices =
    blind === null
      ? [...widths, dry, ...(fromPedal === null ? [] : [fromPedalKey])]
      : [blind.a, blind.b, 'X'];
  const asPlayed = widths.includes(chosen) ? chosen : widest;
  return (
    <section class="card" aria-labelledby="hear-title" id="hear">
      <h2 id="hear-title">Hear it</h2>
      <div class="controls">
        <button
          type="button"
          class="primary"
          aria-disabled={progress !== null}
          onClick={() => void pressPlay()}
        >
          {progress !== null ? `Rendering ${progress}` : playing ? 'Stop' : 'Play'}
        </button>
        <Choice
          label="Sound"
          value={sounds.source}
          options={[
            ...signals,
            ...(signals.some((name) => name === sounds.source) ? [] : [sounds.source]),
          ]}
          choose={sounds.choose}
        />
        <FileButton
          label="A WAV of yours"
          accept="audio/*,.wav"
          open={([own]) => own !== undefined && void sounds.open(own)}
        />
        <Choice
          label="Cabinet"
          value={cabinet.name}
          options={[
            [noCabinet, 'none'],
            [oursCabinet, '12 inch, ours'],
            ...([noCabinet, oursCabinet].includes(cabinet.name) ? [] : [cabinet.name]),
          ]}
          choose={(name) => void cabinet.choose(name)}
        />
        <FileButton
          label="A cabinet of yours"
          accept="audio/*,.wav"
          open={([own]) => own !== undefined && void cabinet.open(own)}
        />
        <label>
          <input
            type="checkbox"
            checked={matched}
            onChange={(e) => setMatched(e.currentTarget.checked)}
          />{' '}
          equally loud
        </label>
        <label>
          <input
            type="checkbox"
            checked={difference}
            onChange={(e) => setDifference(e.currentTarget.checked)}
          />{' '}
          only the difference to the widest
        </label>
      </div>
      {sounds.fault !== null && (
        <p class="fault" role="alert">
          {sounds.fault}
        </p>
      )}
      <div class="beside">
        <div>
          <div class="choices" role="radiogroup" aria-label="What is heard">
            {choices.map((choice) => (
              <label key={choice} class={choice === chosen ? 'chosen' : ''}>
                <input
                  type="radio"
                  name="heard"
                  checked={choice === chosen}
                  onChange={() => setChosen(choice)}
                />
                {names.get(choice)}
                {blind === null && esr.get(choice) != null && choice !== widest && (
                  <small> ESR {errorText(esr.get(choice) ?? 1)} dB</small>
                )}
              </label>
            ))}
          </div>
          {full !== undefined && (
            <Transport
              samples={blind === null ? (audible.get(key) ?? full) : full}
              report={heard.report}
              playing={playing}
              leveled={blind === null}
              seek={heard.seek}
            />
          )}
          {pedal !== null && blind === null && (
            <button
              type="button"
              aria-disabled={progress !== null}
              onClick={() => void asPedal({ ...pedal, width: asPlayed })}
            >
              As on the {pedal.device.name}: {asPlayed}, dropouts and all
            </button>
          )}
          {made.size > 0 && widths.length + (fromPedal === null ? 0 : 1) > 1 && (
            <BlindTest
              sounds={[...names].filter(([name]) => name !== dry && name !== 'X')}
              blind={blind}
              change={(next) => {
                setBlind(next);
                if (next === null) setChosen(widest);
                else if (blind === null) setChosen('X');
              }}
            />
          )}
        </div>
        {made.size > 0 && widths.length > 1 && blind === null && (
          <ErrorAgainstCost
            widths={model.widths}
            esr={esr}
            rows={rows}
            chosen={chosen}
            choose={setChosen}
          />
        )}
      </div>
      {cabinet.name === noCabinet && isAmpAlone(model) && (
        <p class="soft small">
          This is an amp without a loudspeaker, which sounds harsh: choose a cabinet.
        </p>
      )}
      {model.metadata.synthetic === true && (
        <p class="soft small">
          This model has drawn weights and sounds like nothing you know; drop a capture of yours.
        </p>
      )}
    </section>
  );
};
