/** Answers of the second worker as what a view shows: asked again where it hangs on something else. */
import { useEffect, useState } from 'preact/hooks';
import type { DeviceProfile } from '../../device/profile.ts';
import { store } from '../store.ts';
import { DroppedError } from '../worker/client.ts';

export interface Asked<T> {
  readonly answer: T | null;
  readonly fault: string | null;
}

export const useQuestion = <T>(
  ask: (signal: AbortSignal) => Promise<T>,
  depends: readonly unknown[],
): Asked<T> => {
  const [known, setKnown] = useState<Asked<T>>({ answer: null, fault: null });
  useEffect(() => {
    const current = new AbortController();
    ask(current.signal).then(
      (answer) => current.signal.aborted || setKnown({ answer, fault: null }),
      (error: Error) =>
        error instanceof DroppedError || setKnown({ answer: null, fault: error.message }),
    );
    return () => current.abort();
  }, depends);
  return known;
};

let profiles: Promise<readonly DeviceProfile[]> | null = null;

const readProfiles = async (): Promise<readonly DeviceProfile[]> =>
  (await store.beside()).ask('devices', null);

/** Every pedal's profile, read when the first is looked at. */
export const useProfiles = (): readonly DeviceProfile[] => {
  profiles ??= readProfiles();
  return useQuestion(() => profiles ?? readProfiles(), []).answer ?? [];
};
