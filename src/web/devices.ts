/** The pedals of the page, by name and kind: what else their profiles hold, a worker reads. */
import type { DeviceTier } from '../device/profile.ts';
import type { DeviceKind } from './state.ts';

const kindOfTier: Readonly<Record<Exclude<DeviceTier, 'host'>, DeviceKind>> = {
  'linux-pedal': 'product',
  'dsp-pedal': 'product',
  'budget-multifx': 'product',
  mcu: 'board',
  'linux-sbc': 'board',
  computer: 'computer',
  class: 'class',
};

export interface PageDevice {
  readonly id: string;
  readonly name: string;
  readonly kind: DeviceKind;
}

// Only these two words of each profile are built into the first view.
const names = import.meta.glob<string>('../../devices/*.json', { eager: true, import: 'name' });
const tiers = import.meta.glob<DeviceTier>('../../devices/*.json', { eager: true, import: 'tier' });

const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.json$/, '');

export const kindNames: Readonly<Record<DeviceKind, string>> = {
  product: 'Pedals and players',
  board: 'Boards to build with',
  computer: 'Computers',
  class: 'Cores by class',
};

const order = Object.keys(kindNames);

/** Products first: the sentence on top speaks of them. The machine at hand is left out, a page cannot see it. */
export const pageDevices: readonly PageDevice[] = Object.entries(tiers)
  .flatMap(([path, tier]): PageDevice[] =>
    tier === 'host' ? [] : [{ id: idOf(path), name: names[path] ?? '', kind: kindOfTier[tier] }],
  )
  .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
