/** Damages model files, from a seed: values, structure, weights and bytes. */

export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 to below 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.roll() * count);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

type Holder = Record<string | number, unknown>;
interface Slot {
  readonly holder: Holder;
  readonly key: string | number;
}

/** Every place in a document, with a few of each list of weights. */
const slotsOf = (root: unknown, dice: Dice): Slot[] => {
  const slots: Slot[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const holder = value as Holder;
    if (Array.isArray(value) && value.length > 30) {
      for (let i = 0; i < 3; i++) slots.push({ holder, key: dice.below(value.length) });
      return;
    }
    const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
    for (const key of keys) {
      slots.push({ holder, key });
      visit(holder[key]);
    }
  };
  visit(root);
  return slots;
};

const oddValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  -1,
  1.5,
  16,
  1024,
  1025,
  65_536,
  1e9,
  2 ** 31,
  2 ** 53,
  1e39,
  1e308,
  -0,
  '',
  'x',
  '1',
  'Tanh',
  'PReLU',
  'gated',
  'WaveNet',
  '0.5.0',
  '9.9.9',
  [],
  [1],
  [1, 2, 3],
  [null],
  {},
  { active: true },
  { type: 'PReLU', negative_slopes: [0.1, 0.2, 0.3] },
  { method: 'slice_channels_uniform', kwargs: { allowed_channels: [1] } },
  { method: 'slice_channels_uniform' },
];

/** Always by value: two places must not share one object, nor an object hold itself. */
const damageValue = (root: unknown, dice: Dice): void => {
  const { holder, key } = dice.pick(slotsOf(root, dice));
  const value = holder[key];
  switch (dice.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
      else holder[`${key}x`] = structuredClone(value);
      return;
    case 2:
      if (typeof value === 'number') holder[key] = value + dice.pick([-1, 1, 0.5, 7]);
      else if (Array.isArray(value)) value.length = dice.below(value.length + 1);
      else holder[key] = structuredClone(dice.pick(oddValues));
      return;
    case 3: {
      const other = dice.pick(slotsOf(root, dice));
      holder[key] = structuredClone(other.holder[other.key]);
      return;
    }
    default:
      holder[key] = structuredClone(dice.pick(oddValues));
  }
};

const fragments = ['{', '}', '[', ']', ',', ':', '"', '\\', 'NaN', '1e999', '-', '\u0000', 'null'];

const damageText = (text: string, dice: Dice): string => {
  const at = dice.below(text.length);
  switch (dice.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + dice.below(40));
    case 2:
      return text.slice(0, at) + dice.pick(fragments) + text.slice(at + dice.below(3));
    default:
      return text.slice(0, at) + text.slice(dice.below(text.length));
  }
};

export const mutate = (text: string, dice: Dice): string => {
  if (dice.roll() < 0.15) return damageText(text, dice);
  const root: unknown = JSON.parse(text);
  for (let i = 1 + dice.below(3); i > 0; i--) damageValue(root, dice);
  return JSON.stringify(root) ?? '';
};
