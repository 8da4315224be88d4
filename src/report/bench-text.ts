/** The human table of `bench`. Pure: rows in, text out. */
import { bytesText, grouped } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { textTable } from './text/text-table.ts';

export interface BenchRow {
  readonly model: string;
  readonly width: string;
  readonly executor: 'wasm' | 'reference' | 'nam-wasm';
  /** Median over the rounds. */
  readonly nsPerSample: number;
  /** The quickest round: what the host does when nothing else runs. */
  readonly bestNsPerSample: number;
  readonly timesRealTime: number;
}

/** What making a WebAssembly executor takes. */
export interface CompileRow {
  readonly model: string;
  readonly width: string;
  readonly moduleBytes: number;
  /** Lowering and encoding. */
  readonly compileMilliseconds: number;
  /** From the file on disk to the first block of samples. */
  readonly firstBlockMilliseconds: number;
}

/** A run of the virtual pedal. */
export interface PedalRow {
  readonly model: string;
  readonly width: string;
  readonly device: string;
  readonly slots: number;
  /** Whether the models were heard as well as costed. */
  readonly audio: boolean;
  readonly blocks: number;
  readonly simulatedSeconds: number;
  readonly seconds: number;
  readonly timesRealTime: number;
}

export interface BenchResult {
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly rounds: number;
  readonly rows: readonly BenchRow[];
  readonly compile: readonly CompileRow[];
  readonly predictions: {
    readonly model: string;
    readonly rows: number;
    readonly seconds: number;
    /** Once more in the same process: its code is compiled and kernels are written, everything else is worked out anew. */
    readonly againSeconds: number;
  };
  readonly pedal: readonly PedalRow[];
}

const times = (value: number): string => `${value < 10 ? value.toFixed(1) : grouped(value)}x`;

/** Of one model and width, the peer's time over ours. */
const gain = (rows: readonly BenchRow[], row: BenchRow): string => {
  const peer = rows.find(
    (other) =>
      other.executor === 'nam-wasm' && other.model === row.model && other.width === row.width,
  );
  return row.executor === 'wasm' && peer ? times(peer.nsPerSample / row.nsPerSample) : '';
};

export const renderBench = (result: BenchResult, style: Style): string => {
  const header = (text: string): string => paint(style, 'bold', text);
  const speed = textTable(
    [
      { title: 'model' },
      { title: 'width' },
      { title: 'executor' },
      { title: 'ns/sample', align: 'right' },
      { title: 'best', align: 'right' },
      { title: 'real time', align: 'right' },
      { title: 'against nam-wasm', align: 'right' },
    ],
    result.rows.map((row) => [
      row.model,
      row.width,
      row.executor,
      grouped(row.nsPerSample),
      grouped(row.bestNsPerSample),
      times(row.timesRealTime),
      gain(result.rows, row),
    ]),
    header,
  );
  const compile = textTable(
    [
      { title: 'model' },
      { title: 'width' },
      { title: 'module', align: 'right' },
      { title: 'compile', align: 'right' },
      { title: 'disk to first block', align: 'right' },
    ],
    result.compile.map((row) => [
      row.model,
      row.width,
      bytesText(row.moduleBytes),
      `${row.compileMilliseconds.toFixed(1)} ms`,
      `${row.firstBlockMilliseconds.toFixed(1)} ms`,
    ]),
    header,
  );
  const pedal = textTable(
    [
      { title: 'virtual pedal' },
      { title: 'slots' },
      { title: 'audio' },
      { title: 'simulated', align: 'right' },
      { title: 'took', align: 'right' },
      { title: 'real time', align: 'right' },
    ],
    result.pedal.map((row) => [
      row.device,
      `${row.slots} x ${row.model} ${row.width}`,
      row.audio ? 'rendered' : 'costs only',
      `${grouped(row.simulatedSeconds)} s`,
      `${row.seconds.toFixed(2)} s`,
      times(row.timesRealTime),
    ]),
    header,
  );
  const { predictions } = result;
  return [
    `blocks of ${result.blockFrames} at ${grouped(result.sampleRateHz)} Hz, medians of ${result.rounds} alternating rounds`,
    '',
    ...speed,
    '',
    ...compile,
    '',
    ...pedal,
    '',
    `predictions: ${grouped(predictions.rows)} rows for ${predictions.model} on all devices and widths, once and twice, in ${predictions.seconds.toFixed(2)} s in a fresh process, ${predictions.againSeconds.toFixed(2)} s again, with its code compiled and kernels known`,
    '',
  ].join('\n');
};
