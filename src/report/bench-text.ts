/** The human table of `bench`. Pure: rows in, text out. */
import { bytesText, grouped } from '../units/number-text.ts';
import { blocksText } from './text/blocks.ts';
import { left, right, type Style, textTable } from './text/text-table.ts';

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
export interface CompileRow extends Pick<BenchRow, 'model' | 'width'> {
  readonly moduleBytes: number;
  /** Lowering and encoding. */
  readonly compileMilliseconds: number;
  /** From the file on disk to the first block of samples. */
  readonly firstBlockMilliseconds: number;
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
  const { predictions, rows } = result;
  const ink = 'bold';
  const speed = [
    left('model', (row: BenchRow) => row.model),
    left('width', (row: BenchRow) => row.width),
    left('executor', (row: BenchRow) => row.executor),
    right('ns/sample', (row: BenchRow) => grouped(row.nsPerSample)),
    right('best', (row: BenchRow) => grouped(row.bestNsPerSample)),
    right('real time', (row: BenchRow) => times(row.timesRealTime)),
    right('against nam-wasm', (row: BenchRow) => gain(rows, row)),
  ];
  const compile = [
    left('model', (row: CompileRow) => row.model),
    left('width', (row: CompileRow) => row.width),
    right('module', (row: CompileRow) => bytesText(row.moduleBytes)),
    right('compile', (row: CompileRow) => `${row.compileMilliseconds.toFixed(1)} ms`),
    right('disk to first block', (r: CompileRow) => `${r.firstBlockMilliseconds.toFixed(1)} ms`),
  ];
  const head = `blocks of ${result.blockFrames} at ${grouped(result.sampleRateHz)} Hz, medians of ${result.rounds} alternating rounds`;
  const foot = `predictions: ${grouped(predictions.rows)} rows for ${predictions.model} on all devices and widths, once and twice, in ${predictions.seconds.toFixed(2)} s in a fresh process, ${predictions.againSeconds.toFixed(2)} s again, with its code compiled and kernels known`;
  const tables = [
    textTable(rows, { ...style, ink }, speed),
    textTable(result.compile, { ...style, ink }, compile),
  ];
  return blocksText([head], ...tables, [foot]);
};
