/** Every sound through one cabinet, or through none. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ourCabinet, throughCabinet } from '../audio/cabinet.ts';
import { decoded, dry, fromPedalKey, type Sounds, sampleRateHz } from './use-sounds.ts';

export const noCabinet = 'none';
export const oursCabinet = 'ours';

type SoundMap = ReadonlyMap<string, Float32Array>;

export interface Cabinet {
  /** One of these two, or the name of a file. */
  readonly name: string;
  /** By width, dry (which no cabinet changes) and as from a pedal; without the cabinet for the moment that it takes. */
  readonly heard: SoundMap;
  readonly choose: (name: string) => Promise<void>;
  readonly open: (file: File) => Promise<void>;
}

/** Of an impulse response of one's own. */
const mostSeconds = 1;

export const useCabinet = ({ made, fromPedal, say }: Sounds): Cabinet => {
  const [{ name, impulse }, setCabinet] = useState<{
    readonly name: string;
    readonly impulse: Float32Array | null;
  }>({ name: noCabinet, impulse: null });
  const plain = useMemo<SoundMap>(
    () => new Map([...made, ...(fromPedal ? [[fromPedalKey, fromPedal.sound] as const] : [])]),
    [made, fromPedal],
  );
  const [through, setThrough] = useState<{ readonly of: SoundMap; readonly sounds: SoundMap }>();
  useEffect(() => {
    let isDropped = false;
    const play = async (cabinet: Float32Array): Promise<void> => {
      const sounds = new Map<string, Float32Array>();
      for (const [key, sound] of plain) {
        const isDry = key === dry;
        sounds.set(key, isDry ? sound : await throughCabinet(sound, cabinet, sampleRateHz));
        if (isDropped) return;
      }
      setThrough({ of: plain, sounds });
    };
    setThrough(undefined);
    if (impulse !== null) void play(impulse);
    return () => {
      isDropped = true;
    };
  }, [plain, impulse]);
  return {
    name,
    heard: through?.of === plain ? through.sounds : plain,
    choose: async (other) =>
      setCabinet({
        name: other,
        impulse: other === oursCabinet ? await ourCabinet(sampleRateHz) : null,
      }),
    open: async (file) => {
      const samples = await decoded(file, mostSeconds);
      if (samples === null) say(file);
      else setCabinet({ name: file.name, impulse: samples });
    },
  };
};
