/** The pedals of the page: what is known of each before anything is worked out. */
import type { DeviceProfile, DeviceTier } from '../device/profile.ts';
import type { DeviceKind } from './state.ts';
import { deviceDocuments } from './worker/catalogue.ts';

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
  /** As its file holds it; the worker checks it before anything is worked out. */
  readonly profile: DeviceProfile;
}

/** Products first: the sentence on top speaks of them. The machine at hand is left out, a page cannot see it. */
export const pageDevices: readonly PageDevice[] = [...deviceDocuments.values()]
  .flatMap((document): PageDevice[] => {
    // The package's own profiles; a test holds them against the schema.
    const profile = document as DeviceProfile;
    if (profile.tier === 'host') return [];
    return [{ id: profile.id, name: profile.name, kind: kindOfTier[profile.tier], profile }];
  })
  .sort((a, b) => order(a) - order(b));

function order({ kind }: PageDevice): number {
  return ['product', 'board', 'computer', 'class'].indexOf(kind);
}

export const kindNames: Readonly<Record<DeviceKind, string>> = {
  product: 'Pedals and players',
  board: 'Boards to build with',
  computer: 'Computers',
  class: 'Cores by class',
};
