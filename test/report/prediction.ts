/** Rows for tests of reports; the numbers are made up and only have to look right. */
import type { PredictRow, Verdict } from '../../src/study/predict/row.ts';

export interface Cell {
  readonly device?: string;
  readonly deviceName?: string;
  readonly tier?: PredictRow['tier'];
  readonly devicePath?: string;
  readonly engine?: string | null;
  readonly requestedEngine?: string;
  readonly blockFrames?: number;
  readonly width?: string;
  readonly channels?: readonly number[];
  readonly weights?: number;
  readonly copies?: number;
  readonly load?: number | null;
  readonly verdict?: Verdict;
  readonly esr?: number | null;
  readonly whatIf?: boolean;
  readonly reasons?: readonly string[];
  readonly model?: string;
  readonly modelPath?: string;
}

const verdictOf = (load: number | null): Verdict =>
  load === null ? 'unknown' : load > 1 ? 'over' : load > 0.9 ? 'tight' : 'fits';

export const row = (cell: Cell = {}): PredictRow => {
  const load = cell.load === undefined ? 0.4 : cell.load;
  const range =
    load === null
      ? null
      : {
          best: load * 0.9,
          low: load * 0.95,
          expected: load,
          high: load * 1.1,
          worst: load * 1.2,
        };
  const chance = load === null ? null : load < 0.8 ? 0.99 : load < 0.9 ? 0.7 : 0;
  return {
    model: cell.model ?? 'a2',
    modelPath: cell.modelPath ?? null,
    devicePath: cell.devicePath ?? null,
    device: cell.device ?? 'mod-dwarf',
    deviceName: cell.deviceName ?? 'MOD Dwarf',
    tier: cell.tier ?? 'linux-pedal',
    engine: cell.engine === undefined ? 'neural-audio' : cell.engine,
    requestedEngine: cell.requestedEngine ?? 'auto',
    core: load === null ? null : 'cortex-a35',
    clockHz: load === null ? null : 1.296e9,
    blockFrames: cell.blockFrames ?? 128,
    sampleRateHz: 48000,
    copies: cell.copies ?? 1,
    cores: 1,
    tanh: 'libm',
    width: {
      label: cell.width ?? 'full',
      ratio: 1,
      channels: cell.channels ?? [8],
      weights: cell.weights ?? 12146,
      macsPerSample: 11776,
      whatIf: cell.whatIf ?? false,
    },
    cyclesPerSample: range,
    budgetCyclesPerSample: load === null ? null : 27000,
    instructionsPerSample: 1000,
    instructionMix: null,
    load: range,
    headroom: load === null ? null : 1 - load,
    margin: 0.1,
    verdict: cell.verdict ?? verdictOf(load),
    chance,
    sure: chance === 0.99,
    context: null,
    memoryBytes: null,
    placement: null,
    confidence: load === null ? 'evidence' : 'estimated',
    reasons: cell.reasons ?? [],
    arrangement: null,
    addedLatencyBlocks: 0,
    fidelity: { esrToFull: cell.esr ?? null },
  };
};

/** Every width of A2 on a few pedals, once and twice, with one pedal whose chip nobody knows. */
export const a2Rows = (esr = false): PredictRow[] => {
  const loads: readonly (readonly [string, string, number])[] = [
    ['mod-dwarf', 'MOD Dwarf', 0.381],
    ['darkglass-anagram', 'Darkglass Anagram', 0.0712],
    ['daisy-seed', 'Daisy Seed', 1.43],
    ['pi-5', 'Raspberry Pi 5', 0.0049],
  ];
  const rows: PredictRow[] = [];
  for (const [device, deviceName, lite] of loads) {
    for (const [width, channels, weights, factor] of [
      ['lite', 3, 1871, 1],
      ['full', 8, 12146, 2.9],
    ] as const) {
      for (const copies of [1, 2]) {
        rows.push(
          row({
            device,
            deviceName,
            width,
            channels: [channels],
            weights,
            copies,
            load: lite * factor * copies,
            esr: esr ? (width === 'full' ? 0 : 0.01234) : null,
          }),
        );
      }
    }
  }
  for (const [width, channels, verdict] of [
    ['lite', 3, 'fits'],
    ['full', 8, 'over'],
  ] as const) {
    for (const copies of [1, 2]) {
      rows.push(
        row({
          device: 'closed-pedal',
          deviceName: 'Closed Pedal',
          engine: null,
          width,
          channels: [channels],
          weights: width === 'lite' ? 1871 : 12146,
          copies,
          load: null,
          verdict: copies === 2 && verdict === 'fits' ? 'unknown' : verdict,
          reasons: ['firmware 2.0 runs A2 lite natively', 'A2 full is refused'],
        }),
      );
    }
  }
  return rows;
};

/** A slimmable model with eight widths on one pedal. */
export const slimRows = (): PredictRow[] =>
  Array.from({ length: 8 }, (_, i) => i + 1).flatMap((channels) =>
    [1, 2].map((copies) =>
      row({
        model: 'slim-8',
        width: `ch:${channels}`,
        channels: [channels],
        weights: channels * 300,
        copies,
        load: 0.1 * channels * copies,
      }),
    ),
  );
