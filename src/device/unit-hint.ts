/** What a number was meant to be that is refused because it was written in another unit, as datasheets have it. */
import { unitOfField } from './quantity.ts';

interface Hint {
  readonly unit: string;
  readonly meant: (number: number, field: string) => boolean;
  readonly factor: number;
  readonly name: string;
}

const isClock = (field: string): boolean => /clock/i.test(field);

/** The first that may be meant. Only asked for numbers that the field does not take. */
const hints: readonly Hint[] = [
  { unit: 'Hz', meant: (n, field) => isClock(field) && n < 10, factor: 1e9, name: 'GHz' },
  { unit: 'Hz', meant: (n, field) => isClock(field) && n < 1e5, factor: 1e6, name: 'MHz' },
  { unit: 'Hz', meant: (n) => n < 1000, factor: 1e3, name: 'kHz' },
  { unit: 'Bytes', meant: (n) => !Number.isInteger(n), factor: 1024 ** 2, name: 'MiB' },
  { unit: 'Bytes', meant: (n) => n < 1024, factor: 1024, name: 'KiB' },
  { unit: 'BytesPerSecond', meant: (n) => n < 200, factor: 1e9, name: 'GB/s' },
  { unit: 'BytesPerSecond', meant: (n) => n < 1e6, factor: 1e6, name: 'MB/s' },
  { unit: 'Share', meant: (n) => n > 1 && n <= 100, factor: 0.01, name: 'percent' },
  { unit: 'Seconds', meant: (n) => n >= 0.5, factor: 1e-6, name: 'microseconds' },
  { unit: 'Nanoseconds', meant: (n) => n < 1e-5, factor: 1e9, name: 'seconds' },
];

/** ' If that is in MHz, write 1600000000.', or nothing where that cannot be told. */
export const unitHint = (field: string, number: number): string => {
  if (!(number > 0)) return '';
  const unit = unitOfField(field);
  const hint = hints.find((one) => one.unit === unit && one.meant(number, field));
  if (hint === undefined) return '';
  // Rounded to 12 digits: 2.3 GHz is 2300000000, not 2299999999.9999995.
  return ` If that is in ${hint.name}, write ${Number((number * hint.factor).toPrecision(12))}.`;
};
