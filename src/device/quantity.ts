/** Reads what people write for a number with a unit ('1.3GHz', '32 KB'), to tell them the number to write. */

/** What people write, in lower case, by the unit of the field that it stands in. */
const factors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Hz: { hz: 1, khz: 1e3, mhz: 1e6, ghz: 1e9 },
  Bytes: {
    ...{ b: 1, byte: 1, bytes: 1, k: 1024, kb: 1024, kib: 1024 },
    ...{ mb: 1024 ** 2, mib: 1024 ** 2, gb: 1024 ** 3, gib: 1024 ** 3 },
  },
  Seconds: { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 },
  Nanoseconds: { s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 },
  BytesPerSecond: { 'mb/s': 1e6, 'gb/s': 1e9 },
  Share: { '%': 0.01 },
  Celsius: { c: 1, '°c': 1 },
  Frames: { frames: 1, samples: 1 },
  Cycles: { cycles: 1 },
};

/** Rounded to 12 digits: 2.3 GHz is 2300000000, not 2299999999.9999995. */
const clean = (value: number): number => Number(value.toPrecision(12));

/** The unit that a field's name ends in; null where it names none. */
const unitOfField = (field: string): string | null =>
  /(BytesPerSecond|Nanoseconds|Seconds|Hz|Bytes|Cycles|Celsius|Share|Frames)$/.exec(field)?.[1] ??
  (/^sec/.test(field) ? 'Seconds' : null);

/**
 * The number that `text` means in the unit of `field`; null where that cannot be told.
 * `quantityIn('clockHz', '1.3GHz')` is 1300000000.
 */
export const quantityIn = (field: string, text: string): number | null => {
  const match = /^\s*([0-9][0-9_,]*(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*([a-zµ°/%]*)\s*$/i.exec(text);
  if (match === null) return null;
  const [, digits = '', suffix = ''] = match;
  const number = Number(digits.replace(/[_,]/g, ''));
  if (!Number.isFinite(number)) return null;
  if (suffix === '') return number;
  const factor = factors[unitOfField(field) ?? '']?.[suffix.toLowerCase()];
  return factor === undefined ? null : clean(number * factor);
};

interface Hint {
  readonly unit: string;
  readonly meant: (number: number, field: string) => boolean;
  readonly factor: number;
  readonly name: string;
}

const isClock = (field: string): boolean => /clock/i.test(field);

/** The first that may be meant. Only asked for numbers that the field does not take. */
/** Moments of a run are seconds; durations of a block are not. */
const isNoTime: Hint['meant'] = (n, field) => n >= 0.5 && field !== 'atSeconds';

const hints: readonly Hint[] = [
  { unit: 'Hz', meant: (n, field) => isClock(field) && n < 10, factor: 1e9, name: 'GHz' },
  { unit: 'Hz', meant: (n, field) => isClock(field) && n < 1e5, factor: 1e6, name: 'MHz' },
  { unit: 'Hz', meant: (n) => n < 1000, factor: 1e3, name: 'kHz' },
  { unit: 'Bytes', meant: (n) => !Number.isInteger(n), factor: 1024 ** 2, name: 'MiB' },
  { unit: 'Bytes', meant: (n) => n < 1024, factor: 1024, name: 'KiB' },
  { unit: 'BytesPerSecond', meant: (n) => n < 200, factor: 1e9, name: 'GB/s' },
  { unit: 'BytesPerSecond', meant: (n) => n < 1e6, factor: 1e6, name: 'MB/s' },
  { unit: 'Share', meant: (n) => n > 1 && n <= 100, factor: 0.01, name: 'percent' },
  { unit: 'Seconds', meant: isNoTime, factor: 1e-6, name: 'microseconds' },
  { unit: 'Nanoseconds', meant: (n) => n < 1e-5, factor: 1e9, name: 'seconds' },
];

/**
 * What a number was meant to be that is refused because it was written in another unit, as datasheets
 * have it: ' If that is in MHz, write 1600000000.', or nothing where that cannot be told.
 */
export const unitHint = (field: string, number: number): string => {
  if (!(number > 0)) return '';
  const unit = unitOfField(field);
  const hint = hints.find((one) => one.unit === unit && one.meant(number, field));
  if (hint === undefined) return '';
  return ` If that is in ${hint.name}, write ${clean(number * hint.factor)}.`;
};
