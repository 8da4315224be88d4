/** The package's profiles, built into the page. */
import type { DeviceProfile } from '../../device/profile.ts';

const devicesByPath = import.meta.glob<object>('../../../devices/*.json', {
  eager: true,
  import: 'default',
});
const coresByPath = import.meta.glob<object>('../../../cores/*.json', {
  eager: true,
  import: 'default',
});

const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.json$/, '');

const byId = (files: Readonly<Record<string, object>>): ReadonlyMap<string, object> =>
  new Map(
    Object.entries(files)
      .map(([path, document]) => [idOf(path), document] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

export const deviceDocuments: ReadonlyMap<string, object> = byId(devicesByPath);
export const coreDocuments: ReadonlyMap<string, object> = byId(coresByPath);

/** What the page shows of a pedal before anything is worked out. */
export type DeviceCard = Pick<DeviceProfile, 'id' | 'name' | 'tier'>;
