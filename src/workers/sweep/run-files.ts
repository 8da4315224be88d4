/**
 * What `--out` gets of one run: trace, Chrome trace, audio, the audio around the worst block, and the
 * summary, which is written last: a folder with a summary is whole.
 */
import { closeSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WavReader } from '../../audio/wav.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import type { BlockRecord } from '../../pedal/record.ts';
import {
  blockEvents,
  decodeBlock,
  encodeBlock,
  headerBytes,
  type TraceHeader,
  trackNames,
} from '../../pedal/trace.ts';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { makeFolder } from '../../units/make-folder.ts';
import { OutputFile, writeWhole } from '../../units/output-file.ts';
import { fileKey } from './inputs.ts';
import { type FileKeys, type JournalEntry, toDisk } from './journal.ts';
import type { NumberedJob } from './shard.ts';

/** Buffered between two writes of the trace. */
const bufferBytes = 1 << 18;
/** Longer runs show their beginning, their worst block and their first xrun in the Chrome trace. */
const chromeBlocks = 4096;
const chromeWindow = 256;
/** Audio on each side of the worst block. */
const excerptSeconds = 0.25;

export const jobFolder = (out: string, job: NumberedJob): string =>
  join(out, `${String(job.index).padStart(4, '0')}-${job.name}`);

/** Records as they come, through a buffer of fixed size. */
class TraceFile {
  readonly #file: OutputFile;
  readonly #recordBytes: number;
  readonly #buffer: DataView;
  #used = 0;

  constructor(path: string, header: TraceHeader) {
    this.#recordBytes = 4 * header.wordsPerRecord;
    const records = Math.ceil(bufferBytes / this.#recordBytes);
    this.#buffer = new DataView(new ArrayBuffer(records * this.#recordBytes));
    this.#file = new OutputFile(path);
    this.#file.write(headerBytes(header));
  }

  add(record: BlockRecord): void {
    encodeBlock(record, this.#buffer, this.#used);
    this.#used += this.#recordBytes;
    if (this.#used === this.#buffer.byteLength) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#file.finish();
  }

  abort(): void {
    this.#file.abort();
  }

  #flush(): void {
    this.#file.write(new Uint8Array(this.#buffer.buffer, 0, this.#used));
    this.#used = 0;
  }
}

/** A trace as Chrome trace events; of a long one some blocks. */
const writeChrome = (path: string, trace: string, header: TraceHeader, run: RunResult): void => {
  const { blocks, worstBlock, firstXrunBlock } = run;
  const wanted = (index: number): boolean =>
    blocks <= chromeBlocks ||
    index < chromeWindow ||
    [worstBlock?.block, firstXrunBlock].some(
      (centre) => centre != null && Math.abs(index - centre) <= chromeWindow,
    );
  const [from, out] = [openSync(trace, 'r'), openSync(path, 'w')];
  const names = trackNames(header, `${run.scenario} on ${run.device}`);
  const lines = names.map((event) => JSON.stringify(event));
  writeSync(out, `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}`);
  const start = headerBytes(header).length;
  const record = new DataView(new ArrayBuffer(4 * header.wordsPerRecord));
  for (let index = 0; index < blocks; index += 1) {
    if (!wanted(index)) continue;
    readSync(from, record, 0, record.byteLength, start + index * record.byteLength);
    const events = blockEvents(header, index, decodeBlock(header, record, 0));
    writeSync(out, events.map((event) => `,\n${JSON.stringify(event)}`).join(''));
  }
  writeSync(out, '\n]}\n');
  closeSync(out);
  closeSync(from);
};

export class RunFiles {
  private readonly folder: string;
  private readonly header: TraceHeader;
  private readonly trace: TraceFile;
  private readonly audio: WavWriter | null;

  constructor(folder: string, header: TraceHeader, audio: boolean) {
    this.folder = folder;
    this.header = header;
    makeFolder(folder);
    clearPartials(folder);
    this.trace = new TraceFile(join(folder, 'trace.pbtrace'), header);
    this.audio = audio ? new WavWriter(join(folder, 'audio.wav'), header.sampleRateHz) : null;
  }

  block(record: BlockRecord): void {
    this.trace.add(record);
  }

  sound(block: Float32Array): void {
    this.audio?.write(block);
  }

  /** Completes the files, on the disk; returns the result with their names, and what they hold. */
  finish(result: RunResult): JournalEntry {
    const { folder, header } = this;
    const files = ['trace.pbtrace', 'chrome-trace.json'];
    const [trace, chrome] = files.map((file) => join(folder, file)) as [string, string];
    this.trace.finish();
    writeChrome(chrome, trace, header, result);
    if (this.audio !== null) {
      this.audio.finish();
      files.push('audio.wav');
      if (result.worstBlock !== null) {
        this.excerpt(result.worstBlock.atSeconds, result.sampleRateHz);
        files.push('worst-block.wav');
      }
    }
    files.push('summary.json');
    const named = { ...result, files: files.map((file) => join(basename(folder), file)) };
    writeWhole(join(folder, 'summary.json'), `${JSON.stringify(named, null, 2)}\n`);
    const keys = named.files.map((file) => {
      const path = join(dirname(folder), file);
      toDisk(path, 'r+');
      return [file, fileKey(path)];
    });
    for (const each of [folder, dirname(folder)]) toDisk(each);
    return { result: named, files: Object.fromEntries(keys) };
  }

  /** Gives up what was begun. */
  abort(): void {
    this.trace.abort();
    this.audio?.abort();
  }

  private excerpt(atSeconds: number, sampleRateHz: number): void {
    const reader = new WavReader(join(this.folder, 'audio.wav'));
    const writer = new WavWriter(join(this.folder, 'worst-block.wav'), sampleRateHz);
    try {
      const first = Math.max(0, Math.round((atSeconds - excerptSeconds) * sampleRateHz));
      const last = Math.round((atSeconds + excerptSeconds) * sampleRateHz);
      const block = new Float32Array(4096);
      let at = 0;
      for (let read = reader.read(block); read > 0 && at < last; read = reader.read(block)) {
        const from = Math.min(read, Math.max(0, first - at));
        writer.write(block.subarray(from, Math.max(from, Math.min(read, last - at))));
        at += read;
      }
      writer.finish();
    } finally {
      reader.close();
    }
  }
}

/** What a process left that ended before it had finished: the folder's lock is ours. */
export const clearPartials = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.partial')) rmSync(join(folder, name), { force: true });
  }
};

/** Whether all files that a job wrote are there and hold what they held. */
export const filesHold = (out: string, files: FileKeys): boolean =>
  Object.entries(files).every(([file, key]) => {
    try {
      return fileKey(join(out, file)) === key;
    } catch {
      return false;
    }
  });
