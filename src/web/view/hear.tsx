/** The widths as sound: switched without a gap, loudness matched, blind, the difference alone, and as a pedal plays it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PredictRow } from '../../study/predict/row.ts';
import { differenceOf, esrOf, rmsOf } from '../audio/measures.ts';
import { Player } from '../audio/player.ts';
import { store } from '../store.ts';
import type { ModelSummary } from '../worker/protocol.ts';
import { type Blind, BlindTest } from './blind-test.tsx';
import { Choice } from './choice.tsx';
import { ErrorAgainstCost } from './error-chart.tsx';
import { Waveform } from './waveform.tsx';

export interface HearProps {
  readonly model: ModelSummary;
  readonly rows: readonly PredictRow[];
  /** What a virtual pedal made of the guitar, to be heard beside the widths. */
  readonly fromPedal: { readonly sound: Float32Array; readonly what: string } | null;
}

const seconds = 8;
const sampleRateHz = 48_000;
const signals = ['guitar', 'plucks', 'sweep', 'noise'] as const;
const dry = 'dry';
const pedal = 'pedal';

export const Hear = ({ model, rows, fromPedal }: HearProps): JSX.Element => {
  const widths = model.widths.map(({ label }) => label);
  const [source, setSource] = useState('guitar');
  const [input, setInput] = useState<Float32Array | null>(null);
  const [made, setMade] = useState<ReadonlyMap<string, Float32Array>>(new Map());
  const [progress, setProgress] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [chosen, setChosen] = useState(widths.at(-1) ?? 'full');
  const [difference, setDifference] = useState(false);
  const [matched, setMatched] = useState(true);
  const [playing, setPlaying] = useState(false);
  const [meter, setMeter] = useState({ frame: 0, peak: 0, rms: 0 });
  const [blind, setBlind] = useState<Blind | null>(null);
  const player = useRef<Player | null>(null);

  const full = made.get(widths.at(-1) ?? 'full');
  const stop = (): void => {
    void player.current?.stop();
    setPlaying(false);
  };
  // Another model has other sounds.
  useEffect(() => {
    stop();
    setMade(new Map());
    setBlind(null);
    setChosen(widths.at(-1) ?? 'full');
  }, [model]);
  useEffect(() => () => void player.current?.close(), []);

  const readInput = async (): Promise<Float32Array> => {
    if (input !== null) return input;
    // A file of one's own is in `input`: any other is one of the signals that are offered.
    const name = source as (typeof signals)[number];
    const samples = await (await store.beside()).ask('signal', { name, seconds, sampleRateHz });
    setInput(samples);
    return samples;
  };

  const prepare = async (): Promise<void> => {
    setFault(null);
    try {
      const beside = await store.beside();
      const samples = await readInput();
      const sounds = new Map<string, Float32Array>([[dry, samples]]);
      for (const width of [...widths].reverse()) {
        setProgress(`${width} …`);
        const one = await beside.ask(
          'render',
          { model: model.origin, width, input: samples },
          { onPart: (share) => setProgress(`${width} ${Math.round(share * 100)} %`) },
        );
        sounds.set(width, one);
      }
      setMade(sounds);
    } catch (error) {
      setFault((error as Error).message);
    }
    setProgress(null);
  };

  const pressPlay = async (): Promise<void> => {
    // A disabled button would lose the focus of a keyboard.
    if (progress !== null) return;
    if (playing) {
      stop();
      return;
    }
    if (made.size === 0) await prepare();
    player.current ??= await Player.open(sampleRateHz, setMeter);
    await player.current.play();
    setPlaying(true);
  };

  const key = blind === null ? chosen : chosen === 'X' ? blind.x : chosen;
  // Everything that can be heard goes to the audio thread whenever it changes.
  useEffect(() => {
    if (player.current === null || made.size === 0 || full === undefined) return;
    const all = new Map(made);
    if (fromPedal !== null) all.set(pedal, fromPedal.sound.subarray(0, full.length));
    const loud = rmsOf(full);
    const sounds = [...all].map(([name, samples]) => {
      const quiet = rmsOf(samples);
      const gain = matched && name !== dry && quiet > 0 ? loud / quiet : 1;
      return [name, samples, gain] as const;
    });
    const other = made.get(key);
    if (difference && other !== undefined)
      sounds.push(['difference', differenceOf(full, other), 1]);
    player.current.sounds(sounds);
    player.current.choose(difference && key !== widths.at(-1) ? 'difference' : key);
  }, [made, matched, difference, key, fromPedal, playing]);

  const drop = async (file: File): Promise<void> => {
    try {
      const context = new OfflineAudioContext(1, 1, sampleRateHz);
      const buffer = await context.decodeAudioData(await file.arrayBuffer());
      stop();
      setInput(buffer.getChannelData(0).slice(0, 30 * sampleRateHz));
      setMade(new Map());
      setSource(file.name);
      setFault(null);
    } catch {
      setFault(
        `${file.name}: expected a sound that this browser can read, such as WAV. Nothing was changed.`,
      );
    }
  };

  const esr = useMemo(
    () =>
      new Map(
        widths.map((width) => {
          const samples = made.get(width);
          return [width, full === undefined || samples === undefined ? null : esrOf(full, samples)];
        }),
      ),
    [made, full],
  );
  const decibels = (value: number): string =>
    value > 1e-5 ? `${(20 * Math.log10(value)).toFixed(0)} dB` : 'silent';
  const choices =
    blind === null
      ? [...widths, dry, ...(fromPedal === null ? [] : [pedal])]
      : [blind.a, blind.b, 'X'];
  const nameOf = (choice: string): string =>
    choice === dry ? 'dry guitar' : choice === pedal ? (fromPedal?.what ?? '') : choice;
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
          label="Through"
          value={source}
          options={[...signals, ...(signals.some((name) => name === source) ? [] : [source])]}
          choose={(name) => {
            stop();
            setSource(name);
            setInput(null);
            setMade(new Map());
          }}
        />
        <label class="file">
          or a WAV of yours{' '}
          <input
            type="file"
            accept="audio/*,.wav"
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (file !== undefined) void drop(file);
            }}
          />
        </label>
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
      {fault !== null && (
        <p class="fault" role="alert">
          {fault}
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
                {nameOf(choice)}
                {blind === null && esr.get(choice) != null && choice !== widths.at(-1) && (
                  <small>
                    {' '}
                    ESR {(10 * Math.log10(Math.max(1e-12, esr.get(choice) ?? 1))).toFixed(1)} dB
                  </small>
                )}
              </label>
            ))}
          </div>
          {made.get(key) !== undefined && (
            <Waveform
              samples={made.get(key) ?? new Float32Array(1)}
              at={meter.frame / Math.max(1, full?.length ?? 1)}
            />
          )}
          {playing && (
            <p class="level">
              <meter
                aria-label="Level in dB of full scale"
                min={-60}
                max={0}
                value={20 * Math.log10(Math.max(1e-3, meter.rms))}
              />{' '}
              <small>
                level {decibels(meter.rms)}, peak {decibels(meter.peak)}
              </small>
            </p>
          )}
          {widths.length > 1 && made.size > 0 && (
            <BlindTest
              widths={widths}
              blind={blind}
              change={(next) => {
                setBlind(next);
                if (next === null) setChosen(widths.at(-1) ?? '');
                else if (blind === null) setChosen('X');
              }}
            />
          )}
        </div>
        {made.size > 0 && widths.length > 1 && (
          <ErrorAgainstCost
            widths={model.widths}
            esr={esr}
            rows={rows}
            chosen={chosen}
            choose={setChosen}
          />
        )}
      </div>
      {model.metadata.synthetic === true && (
        <p class="soft">
          This model has drawn weights and sounds like nothing you know; drop a capture of yours.
        </p>
      )}
    </section>
  );
};
