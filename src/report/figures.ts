/** Every figure of a profile with its kind and source, whatever the profile's shape. */
import { isRecord } from '../units/json-path.ts';
import { bytesText, grouped, hertz, short } from './text/number.ts';

export interface FigureRow {
  /** 'chip.clusters[0].clockHz' */
  readonly path: string;
  readonly value: string;
  readonly kind: string;
  readonly source: string;
  readonly note: string;
}

const isFigure = (value: Readonly<Record<string, unknown>>): boolean =>
  'value' in value && 'kind' in value && 'source' in value;

/** The unit is in the field's name. */
export const withUnit = (field: string, value: unknown): string => {
  if (typeof value !== 'number') {
    return isRecord(value)
      ? JSON.stringify(value)
          .replace(/["{}[\]]/g, '')
          .replace(/([,:])/g, '$1 ')
      : String(value);
  }
  if (/Hz$/.test(field)) return hertz(value);
  if (/Bytes$/.test(field)) return bytesText(value);
  if (/Share$/.test(field)) return `${short(value * 100)} %`;
  if (/BytesPerSecond$/.test(field)) return `${short(value / 1e6)} MB/s`;
  if (/Nanoseconds$/.test(field)) return `${short(value)} ns`;
  if (/Seconds(PerBlock)?$|^seconds/.test(field)) return `${short(value * 1e6)} us`;
  if (/Celsius$/.test(field)) return `${short(value)} C`;
  if (/Cycles/.test(field)) return `${short(value)} cycles`;
  return Number.isInteger(value) ? grouped(value) : short(value);
};

const rowOf = (
  path: string,
  field: string,
  figure: Readonly<Record<string, unknown>>,
): FigureRow => {
  const { value, low = value, high = value, kind, source, note = '' } = figure;
  const range =
    figure.low !== undefined || figure.high !== undefined
      ? ` (${withUnit(field, low)} to ${withUnit(field, high)})`
      : '';
  return {
    ...{ path, value: withUnit(field, value) + range },
    ...{ kind: String(kind), source: String(source), note: String(note) },
  };
};

/** All figures below `value`, in the order of the file. */
export const figuresOf = (value: unknown, path = '', field = ''): FigureRow[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => {
      const name = isRecord(item) && typeof item.name === 'string' ? item.name : String(i);
      return figuresOf(item, `${path}[${name}]`, field);
    });
  }
  if (!isRecord(value)) return [];
  if (isFigure(value)) return [rowOf(path, field, value)];
  return Object.entries(value).flatMap(([key, inner]) =>
    figuresOf(inner, path === '' ? key : `${path}.${key}`, key),
  );
};
