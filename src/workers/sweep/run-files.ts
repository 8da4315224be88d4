/**
 * What `--out` gets of one run: trace, Chrome trace, audio, the audio around the worst block, and the
 * summary, which is written last: a folder with a summary is whole.
 */
import { closeSync, openSync, readdirSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
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
import { writeWhole } from '../../units/output-file.ts';
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
  readonly path: string;
  private readonly file: number;
  private readonly header: TraceHeader;
  private readonly start: number;
  private readonly buffer: Buffer;
  private readonly view: DataView;
  private used = 0;
  private blocks = 0;

  constructor(path: string, header: TraceHeader) {
    this.path = path;
    this.header = header;
    this.file = openSync(path, 'w+');
    const head = headerBytes(header);
    writeSync(this.file, head);
    this.start = head.length;
    const record = this.recordBytes;
    this.buffer = Buffer.alloc(Math.max(record, bufferBytes - (bufferBytes % record)));
    this.view = new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length);
  }

  add(record: BlockRecord): void {
    encodeBlock(record, this.view, this.used);
    this.used += this.recordBytes;
    this.blocks += 1;
    if (this.used === this.buffer.length) this.flush();
  }

  /** The blocks of some ranges as a Chrome trace. */
  writeChrome(path: string, title: string, centres: readonly number[]): void {
    this.flush();
    const out = openSync(path, 'w');
    const wanted = (index: number): boolean =>
      this.blocks <= chromeBlocks ||
      index < chromeWindow ||
      centres.some((centre) => Math.abs(index - centre) <= chromeWindow);
    const lines = trackNames(this.header, title).map((event) => JSON.stringify(event));
    writeSync(out, `{"displayTimeUnit":"ms","traceEvents":[\n${lines.join(',\n')}`);
    const bytes = Buffer.alloc(this.recordBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < this.blocks; index += 1) {
      if (!wanted(index)) continue;
      readSync(this.file, bytes, 0, bytes.length, this.start + index * bytes.length);
      const events = blockEvents(this.header, index, decodeBlock(this.header, view, 0));
      writeSync(out, events.map((event) => `,\n${JSON.stringify(event)}`).join(''));
    }
    writeSync(out, '\n]}\n');
    closeSync(out);
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private get recordBytes(): number {
    return this.header.wordsPerRecord * 4;
  }

  private flush(): void {
    if (this.used > 0) writeSync(this.file, this.buffer, 0, this.used);
    this.used = 0;
  }
}

export class RunFiles {
  private readonly folder: string;
  private readonly trace: TraceFile;
  private readonly audio: WavWriter | null;

  constructor(folder: string, header: TraceHeader, audio: boolean) {
    this.folder = folder;
    makeFolder(folder);
    clearPartials(folder);
    this.trace = new TraceFile(join(folder, 'trace.pbtrace.partial'), header);
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
    const { folder } = this;
    const files = ['trace.pbtrace', 'chrome-trace.json'];
    const found = [result.worstBlock?.block, result.firstXrunBlock];
    const centres = found.filter((block) => block !== undefined && block !== null);
    const title = `${result.scenario} on ${result.device}`;
    this.trace.writeChrome(join(folder, 'chrome-trace.json'), title, centres);
    this.trace.close();
    renameSync(this.trace.path, join(folder, 'trace.pbtrace'));
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
    this.trace.close();
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
