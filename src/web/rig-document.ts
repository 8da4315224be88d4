/** A rig as the scenario that the command runs: what the page edits of it, and the rest as it was. */

export const chains = ['serial', 'parallel', 'pipelined'] as const;

export interface Slot {
  readonly name: string;
  readonly model?: string;
  readonly width?: string;
  readonly ir?: { readonly taps?: number };
  readonly cyclesPerSample?: number;
  readonly branch?: string;
}

export interface Rig {
  readonly device: string;
  readonly chain?: (typeof chains)[number];
  readonly blockFrames?: number;
  readonly slots: readonly Slot[];
}

/** As paths of the package are written in scenarios: by id. */
export const modelName = (origin: string): string => origin.replace(/^models\/(.*)\.nam$/, '$1');

export const firstRig = (device: string, model: string, width: string): Rig => {
  const slots: readonly Slot[] = [
    { name: 'amp', model, width },
    { name: 'cabinet', ir: { taps: 2048 } },
  ];
  const rest = { audio: { signal: 'plucks' }, durationSeconds: 10 };
  return { device, slots, ...rest };
};

const isRig = (value: unknown): value is Rig =>
  typeof value === 'object' &&
  value !== null &&
  'device' in value &&
  'slots' in value &&
  Array.isArray(value.slots);

/**
 * Only what the page edits is looked at: the run holds the whole to the schema of files.
 * @throws where it has no pedal or no slots
 */
export const rigOf = (text: string): Rig => {
  const value: unknown = JSON.parse(text);
  if (isRig(value)) return value;
  throw new Error('expected a scenario with a device and slots.');
};

/** A name that no other slot has. */
export const added = ({ slots }: Rig, kind: string, slot: Omit<Slot, 'name'>): readonly Slot[] => {
  const names = new Set(slots.map(({ name }) => name));
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? kind : `${kind} ${n}`;
    if (!names.has(name)) return [...slots, { name, ...slot }];
  }
};

export const movedLeft = (slots: readonly Slot[], at: number): readonly Slot[] =>
  slots.map((slot, i) => (i === at - 1 ? slots[at] : i === at ? slots[at - 1] : slot) ?? slot);
