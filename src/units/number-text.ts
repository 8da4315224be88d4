/** Numbers as people read them, and counts in words: the one place for plurals and for "twice". */

/** 1234567 -> '1,234,567'. Not `toLocaleString`: output does not depend on the host's locale. */
export const grouped = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A share of 1 in percent, at most five characters: '0.4%', '7.2%', '38%', '1043%', '>999%'. */
export const percent = (share: number): string => {
  const value = share * 100;
  if (!(value < 9999.5)) return '>9999%';
  return value < 9.95 ? `${value.toFixed(1)}%` : `${Math.round(value)}%`;
};

/** 1536 -> '1.5 KiB'. */
export const bytesText = (value: number): string => {
  if (value < 1024) return `${Math.round(value)} B`;
  const units = ['KiB', 'MiB', 'GiB'];
  let scaled = value / 1024;
  let unit = 0;
  while (scaled >= 1023.95 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${scaled < 99.95 ? Number(scaled.toFixed(1)) : Math.round(scaled)} ${units[unit]}`;
};

/** 1296000000 -> '1.296 GHz', 48000 -> '48 kHz'. */
export const hertz = (value: number): string => {
  const thousands = value >= 1e9 ? 3 : value >= 1e6 ? 2 : value >= 1e3 ? 1 : 0;
  const unit = ['Hz', 'kHz', 'MHz', 'GHz'][thousands];
  return `${Number((value / 1000 ** thousands).toFixed(3))} ${unit}`;
};

/** Four significant digits at most, no exponent for what people meet. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return grouped(value);
  if (size === 0) return '0';
  return size < 1e-4 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
};

/** '1 measurement', '3 measurements'. */
export const counted = (n: number, noun: string): string =>
  `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;

/** 'once', 'twice', '3 times'. */
export const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);

/** 'a', 'a and b', 'a, b and c'. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
