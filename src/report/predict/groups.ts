/** Sorts the rows of a prediction into what the table shows: models, the lines of each, the cells of a line. */
import { confidences, type PredictRow, type WidthInfo } from '../../study/predict/row.ts';

/** Of one group there is at least one. */
export type Group<T> = readonly [T, ...T[]];

/** In the order in which the keys appear. */
export const groupBy = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [string, Group<T>])[] => {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups];
};

/** One line of the table: all rows of a device, an engine and a block. */
export interface TableLine {
  readonly rows: Group<PredictRow>;
  /** What `--device` wants: the id, or the path where another profile has the same id. */
  readonly label: string;
  readonly kind: string;
  /** Of all widths; '' where no chip is known. */
  readonly engine: string;
  /** No chip is known; verdicts come from what is known to run. */
  readonly evidenceOnly: boolean;
}

export interface ModelGroup {
  readonly model: string;
  readonly widths: readonly WidthInfo[];
  readonly copies: readonly number[];
  readonly lines: readonly TableLine[];
}

type Placed = Pick<PredictRow, 'device' | 'devicePath'>;

/** What stands for a device: two profiles of one id have two files. */
export const placeOf = ({ device, devicePath }: Placed): string => devicePath ?? device;

/** What `--device` takes: the id, or the file where another of these profiles has the id, too. */
export const nameAmong = (all: readonly Placed[], one: Placed): string =>
  all.every((other) => other.device !== one.device || placeOf(other) === placeOf(one))
    ? one.device
    : placeOf(one);

/** Two files of one name are two models, told apart by their paths. */
export const byModel = (
  rows: readonly PredictRow[],
): readonly (readonly [string, Group<PredictRow>])[] => {
  const groups = groupBy(rows, (row) => `${row.model}|${row.modelPath}`);
  const namesakes = new Map(groupBy(groups, ([, [{ model }]]) => model));
  return groups.map(([, own]) => {
    const { model, modelPath } = own[0];
    return [(namesakes.get(model)?.length === 1 ? null : modelPath) ?? model, own];
  });
};

const lineKey = (row: PredictRow): string => {
  // What is known to run does not depend on the block.
  if (row.confidence === 'evidence') return `${placeOf(row)}|evidence`;
  // `auto` may mean another engine at another width; the pedal still has one line.
  const engine = row.requestedEngine === 'auto' ? 'auto' : row.engine;
  return [placeOf(row), engine, row.blockFrames, row.sampleRateHz].join('|');
};

/** What a device is to a person: a thing to buy, a board, a class of chips, a computer. */
const kinds: Readonly<Record<PredictRow['tier'], string>> = {
  'linux-pedal': 'products',
  'dsp-pedal': 'products',
  'budget-multifx': 'products',
  mcu: 'boards',
  'linux-sbc': 'boards',
  class: 'classes of chip',
  computer: 'computers',
  host: 'computers',
};

/** Lines of one kind stand together, in the order of the table above. */
const linesOf = (rows: Group<PredictRow>): TableLine[] => {
  const lines = groupBy(rows, lineKey).map(([, own]): TableLine => {
    const [first] = own;
    const engines = new Set(own.flatMap((row) => row.engine ?? []));
    return {
      rows: own,
      label: nameAmong(rows, first),
      kind: kinds[first.tier],
      engine: [...engines].join(', '),
      evidenceOnly: own.every((row) => row.confidence === 'evidence'),
    };
  });
  return [...new Set(Object.values(kinds))].flatMap((kind) =>
    lines.filter((line) => line.kind === kind),
  );
};

export const groupRows = (rows: readonly PredictRow[]): ModelGroup[] =>
  byModel(rows).map(([model, own]) => ({
    model,
    widths: groupBy(own, (row) => row.width.label).map(([, [row]]) => row.width),
    copies: [...new Set(own.map((row) => row.copies))].sort((a, b) => a - b),
    lines: linesOf(own),
  }));

/** The rows of a width, by the copies of the table. */
export const cellOf = (
  { rows }: TableLine,
  label: string,
  copies: readonly number[],
): readonly (PredictRow | undefined)[] =>
  copies.map((n) => rows.find((row) => row.width.label === label && row.copies === n));

/** The least certain of a line's rows speaks for it. */
export const confidenceOf = ({ rows }: TableLine): string =>
  confidences.findLast((one) => rows.some((row) => row.confidence === one)) ?? 'estimated';

/** The widest of these, by its weights. */
export const widest = (rows: readonly PredictRow[]): PredictRow | undefined =>
  [...rows].sort((a, b) => b.width.weights - a.width.weights)[0];
