/** Sorts the rows of a prediction into what the table shows: models, lanes (a line of the table), cells. */
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import { verdictWord } from './verdict-text.ts';

/** One line of the table: everything but the width and the copies. */
export interface Lane {
  readonly key: string;
  readonly device: string;
  readonly deviceName: string;
  /** What `--device` wants: the id, or the path where another profile has the same id. */
  readonly label: string;
  readonly kind: string;
  readonly engine: string | null;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  /** No chip is known; verdicts come from what is known to run. */
  readonly evidenceOnly: boolean;
  /** By width label, then by copies. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<number, PredictRow>>;
}

export interface ModelGroup {
  readonly model: string;
  readonly widths: readonly WidthInfo[];
  readonly copies: readonly number[];
  readonly lanes: readonly Lane[];
}

const ascending = (a: number, b: number): number => a - b;

const laneKey = (row: PredictRow): string => {
  // What is known to run does not depend on the block.
  const device = row.devicePath ?? row.device;
  if (row.confidence === 'evidence') return `${device}|evidence`;
  // `auto` may mean another engine at another width; the pedal still has one line.
  const engine = row.requestedEngine === 'auto' ? 'auto' : (row.engine ?? '');
  return [device, engine, row.blockFrames, row.sampleRateHz].join('|');
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
const kindOf = (row: PredictRow): string => kinds[row.tier];
const kindOrder = ['products', 'boards', 'classes of chip', 'computers'];

/** Lanes of one kind stand together; within a kind the order of the rows stays. */
const byKind = (lanes: readonly Lane[]): Lane[] =>
  kindOrder.flatMap((kind) => lanes.filter((lane) => lane.kind === kind));

/** Two files of one id are told apart by their paths. */
const withPaths = (lanes: readonly Lane[]): Lane[] => {
  const pathOf = (lane: Lane): string =>
    [...lane.cells.values()][0]?.values().next().value?.devicePath ?? lane.device;
  const paths = new Map<string, Set<string>>();
  for (const lane of lanes) {
    paths.set(lane.device, new Set([...(paths.get(lane.device) ?? []), pathOf(lane)]));
  }
  return lanes.map((lane) =>
    (paths.get(lane.device)?.size ?? 1) > 1 ? { ...lane, label: pathOf(lane) } : lane,
  );
};

export const groupRows = (rows: readonly PredictRow[]): ModelGroup[] => {
  const models = new Map<string, PredictRow[]>();
  for (const row of rows) {
    const key = `${row.model}|${row.modelPath}`;
    models.set(key, [...(models.get(key) ?? []), row]);
  }
  return [...models.values()].map((ofModel) => {
    const widths = new Map<string, WidthInfo>();
    const lanes = new Map<string, PredictRow[]>();
    for (const row of ofModel) {
      if (!widths.has(row.width.label)) widths.set(row.width.label, row.width);
      const key = laneKey(row);
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, [row]);
      else lane.push(row);
    }
    return {
      // A group exists only because a row made it.
      model: ofModel[0]!.model,
      widths: [...widths.values()],
      copies: [...new Set(ofModel.map((row) => row.copies))].sort(ascending),
      lanes: byKind(withPaths([...lanes].map(([key, ofLane]) => laneOf(key, ofLane)))),
    };
  });
};

const laneOf = (key: string, rows: readonly PredictRow[]): Lane => {
  const cells = new Map<string, Map<number, PredictRow>>();
  for (const row of rows) {
    const cell = cells.get(row.width.label) ?? new Map<number, PredictRow>();
    cell.set(row.copies, row);
    cells.set(row.width.label, cell);
  }
  const first = rows[0]!;
  const engines = [...new Set(rows.map((row) => row.engine).filter((name) => name !== null))];
  return {
    key,
    device: first.device,
    deviceName: first.deviceName,
    label: first.device,
    kind: kindOf(first),
    engine: engines.length === 0 ? null : engines.join(', '),
    blockFrames: first.blockFrames,
    sampleRateHz: first.sampleRateHz,
    evidenceOnly: rows.every((row) => row.confidence === 'evidence'),
    cells,
  };
};

/** The least certain of a lane's rows speaks for it. */
export const confidenceOf = (lane: Lane): string => {
  const order = ['validated', 'fitted', 'estimated', 'evidence'];
  let worst = 0;
  for (const cell of lane.cells.values()) {
    for (const row of cell.values()) worst = Math.max(worst, order.indexOf(row.confidence));
  }
  return order[worst] ?? 'estimated';
};

/** The fidelity of a width where every lane that has one agrees; else null. */
export const esrOf = (group: ModelGroup, label: string): number | null => {
  const seen = new Set<number>();
  for (const lane of group.lanes) {
    for (const row of lane.cells.get(label)?.values() ?? []) {
      if (row.fidelity.esrToFull !== null) seen.add(row.fidelity.esrToFull);
    }
  }
  return seen.size === 1 ? ([...seen][0] ?? null) : null;
};

/** Columns of the widest verdict among cells with these copies. */
export const verdictColumns = (lanes: readonly Lane[], copies: readonly number[]): number => {
  let widest = 4;
  for (const lane of lanes) {
    for (const cell of lane.cells.values()) {
      for (const n of copies) {
        const row = cell.get(n);
        widest = Math.max(widest, row === undefined ? 0 : verdictWord(row).length);
      }
    }
  }
  return widest;
};
