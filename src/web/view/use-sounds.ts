/** What can be heard: a sound, what each width makes of it, and what a pedal's virtual twin makes of it. */
import { useEffect, useState } from 'preact/hooks';
import { store } from '../store.ts';
import { type Twin, twinScenario } from '../twin.ts';
import type { ModelSummary, Questions } from '../worker/protocol.ts';

export const sampleRateHz = 48_000;
const seconds = 8;
/** Of a file of one's own. */
const mostSeconds = 30;
export const signals = ['guitar', 'plucks', 'sweep', 'noise'] as const;
export const dry = 'dry';
export const fromPedalKey = 'pedal';

export interface FromPedal {
  readonly sound: Float32Array;
  readonly what: string;
}

export interface Sounds {
  /** A signal, or the name of a file. */
  readonly source: string;
  /** By width, and dry; empty until they are asked for. */
  readonly made: ReadonlyMap<string, Float32Array>;
  readonly fromPedal: FromPedal | null;
  /** What is being worked out; null for nothing. */
  readonly progress: string | null;
  readonly fault: string | null;
  readonly make: () => Promise<void>;
  readonly playTwin: (twin: Twin) => Promise<void>;
  readonly choose: (signal: string) => void;
  readonly open: (file: File) => Promise<void>;
  /** That it is no sound. */
  readonly say: (file: File) => void;
}

/** At the page's rate; null where it is no sound. */
export const decoded = async (file: File, longest: number): Promise<Float32Array | null> => {
  try {
    const context = new OfflineAudioContext(1, 1, sampleRateHz);
    const buffer = await context.decodeAudioData(await file.arrayBuffer());
    return buffer.getChannelData(0).slice(0, longest * sampleRateHz);
  } catch {
    return null;
  }
};

const late = ({ result }: Questions['play']['answer']): string =>
  result.xruns === 0 ? 'no dropout' : `${result.xruns} late or lost blocks`;

export const useSounds = (model: ModelSummary): Sounds => {
  const [source, setSource] = useState('guitar');
  const [own, setOwn] = useState<Float32Array | null>(null);
  const [made, setMade] = useState<Sounds['made']>(new Map());
  const [fromPedal, setFromPedal] = useState<FromPedal | null>(null);
  const [progress, setProgress] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const forget = (): void => {
    setMade(new Map());
    setFromPedal(null);
  };
  // Another model has other sounds.
  useEffect(forget, [model]);
  const shown = (what: string) => (share: number) =>
    setProgress(`${what} ${Math.round(share * 100)} %`);
  /** Says what goes wrong, and that nothing goes on any more. */
  const working = async (work: () => Promise<void>): Promise<void> => {
    setFault(null);
    try {
      await work();
    } catch (error) {
      setFault((error as Error).message);
    }
    setProgress(null);
  };
  const input = async (): Promise<Float32Array> => {
    if (own !== null) return own;
    const name = source as (typeof signals)[number];
    return (await store.beside()).ask('signal', { name, seconds, sampleRateHz });
  };
  const make = (): Promise<void> =>
    working(async () => {
      const beside = await store.beside();
      const sounds = new Map([[dry, await input()]]);
      for (const { label: width } of [...model.widths].reverse()) {
        setProgress(`${width} …`);
        const ask = { model: model.origin, width, input: sounds.get(dry) ?? new Float32Array(0) };
        sounds.set(width, await beside.ask('render', ask, { onPart: shown(width) }));
      }
      setMade(sounds);
    });
  const playTwin = (twin: Twin): Promise<void> =>
    working(async () => {
      const what = `${twin.width} on the ${twin.device.name}`;
      setProgress(`${what} …`);
      const beside = await store.beside();
      const sound = await input();
      const scenario = twinScenario(twin, model, sound.length / sampleRateHz);
      const played = await beside.ask('play', { scenario, sound }, { onPart: shown(what) });
      setFromPedal({
        sound: (played.sound ?? sound).subarray(0, sound.length),
        what: `${what}: ${late(played)}`,
      });
    });
  const choose = (signal: string): void => {
    forget();
    setOwn(null);
    setSource(signal);
  };
  const say = (file: File): void =>
    setFault(
      `${file.name}: expected a sound that this browser can read, such as WAV. Nothing was changed.`,
    );
  const open = async (file: File): Promise<void> => {
    const samples = await decoded(file, mostSeconds);
    if (samples === null) {
      say(file);
      return;
    }
    forget();
    setOwn(samples);
    setSource(file.name);
    setFault(null);
  };
  return { source, made, fromPedal, progress, fault, make, playTwin, choose, open, say };
};
