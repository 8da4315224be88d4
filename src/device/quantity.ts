/** Reads what people write for a number with a unit ('1.3GHz', '32 KB'), to tell them the number to write. */

const factors: Readonly<Record<string, readonly [base: string, factor: number]>> = {
  hz: ['Hz', 1],
  khz: ['Hz', 1e3],
  mhz: ['Hz', 1e6],
  ghz: ['Hz', 1e9],
  b: ['Bytes', 1],
  byte: ['Bytes', 1],
  bytes: ['Bytes', 1],
  k: ['Bytes', 1024],
  kb: ['Bytes', 1024],
  kib: ['Bytes', 1024],
  mb: ['Bytes', 1024 ** 2],
  mib: ['Bytes', 1024 ** 2],
  gb: ['Bytes', 1024 ** 3],
  gib: ['Bytes', 1024 ** 3],
  s: ['Seconds', 1],
  ms: ['Seconds', 1e-3],
  us: ['Seconds', 1e-6],
  µs: ['Seconds', 1e-6],
  ns: ['Seconds', 1e-9],
  'mb/s': ['BytesPerSecond', 1e6],
  'gb/s': ['BytesPerSecond', 1e9],
  '%': ['Share', 0.01],
  c: ['Celsius', 1],
  '°c': ['Celsius', 1],
  frames: ['Frames', 1],
  samples: ['Frames', 1],
  cycles: ['Cycles', 1],
};

/** The unit that a field's name ends in; null where it names none. */
export const unitOfField = (field: string): string | null =>
  /(BytesPerSecond|Nanoseconds|Seconds|Hz|Bytes|Cycles|Celsius|Share|Frames)$/.exec(field)?.[1] ??
  (/^sec/.test(field) ? 'Seconds' : null);

/**
 * The number that `text` means in the unit of `field`; null where that cannot be told.
 * `quantityIn('clockHz', '1.3GHz')` is 1300000000.
 */
export const quantityIn = (field: string, text: string): number | null => {
  const match = /^\s*([0-9][0-9_,]*(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*([a-zµ°/%]*)\s*$/i.exec(text);
  if (match === null) return null;
  const number = Number((match[1] ?? '').replace(/[_,]/g, ''));
  const suffix = (match[2] ?? '').toLowerCase();
  if (!Number.isFinite(number)) return null;
  if (suffix === '') return number;
  const known = factors[suffix];
  const unit = unitOfField(field);
  if (known === undefined || unit === null) return null;
  const [base, factor] = known;
  // Rounded to 12 digits: 2.3 GHz is 2300000000, not 2299999999.9999995.
  const clean = (value: number): number => Number(value.toPrecision(12));
  if (base === unit) return clean(number * factor);
  if (base === 'Seconds' && unit === 'Nanoseconds') return clean(number * factor * 1e9);
  return null;
};
