/** Reads what NAM Core's tool `benchmodel` prints: two seconds of blocks of 64 frames at 48 kHz, as milliseconds. */
import type { TanhKind } from '../../engine/engine.ts';
import { StudyError } from '../cost/study-error.ts';

/** The tool's constants: it runs (48000 / 64) x 2 blocks of 64 frames, whatever the model's rate. */
export const benchmodelBlockFrames = 64;
const benchmodelFrames = 96_000;

export interface BenchmodelRun {
  /** The model's path as the tool was given it. */
  readonly modelPath: string;
  readonly tanh: TanhKind | null;
  /** The value of --slim; null where it was not given. */
  readonly ratio: number | null;
  readonly secondsPerSample: number;
}

/** Something in the text looks like the tool's output. */
export const isBenchmodelOutput = (text: string): boolean =>
  /^Loading model /m.test(text) && /^[0-9.,eE+-]+ms\s*$/m.test(text);

/**
 * The runs in `text`, which may hold the output of many, one after another. Runs of the same model and
 * width are kept apart: they are repeated measurements.
 * @throws StudyError 'bad-cases' where a run has no time.
 */
export const parseBenchmodel = (text: string, file: string): readonly BenchmodelRun[] => {
  const fault = (message: string): StudyError => new StudyError('bad-cases', `${file}: ${message}`);
  const runs: BenchmodelRun[] = [];
  let tanh: TanhKind | null = null;
  let open: (Omit<BenchmodelRun, 'secondsPerSample'> & { readonly line: number }) | null = null;
  let times: string[] = [];
  const close = (): void => {
    if (open === null) return;
    const { line, ...run } = open;
    const of = `line ${line}: the run of ${run.modelPath} has`;
    // The tool prints whole milliseconds first, then the exact time.
    const milliseconds = Number(times.at(-1) ?? 0);
    if (times.length === 1 && /^[0-9]+$/.test(times[0] ?? '')) {
      throw fault(
        `${of} whole milliseconds only. Expected the exact time on the next line, such as "${times[0]}.456ms": keep what the tool prints as it is.`,
      );
    }
    if (!(milliseconds > 0)) {
      throw fault(`${of} no time. Expected a line such as "123.456ms" after "Finished".`);
    }
    runs.push({ ...run, secondsPerSample: milliseconds / 1000 / benchmodelFrames });
    open = null;
    times = [];
  };
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const tanhLine = /^Fast tanh: (enabled|disabled)/.exec(line);
    const [, modelPath] = /^Loading model (.+?)\s*$/.exec(line) ?? [];
    const slim = /^Setting slimmable size to ([0-9.eE+-]+)/.exec(line);
    // Some locales write a comma.
    const time = /^([0-9]+(?:[.,][0-9]+)?(?:e[+-]?[0-9]+)?)ms\s*$/i.exec(line);
    if (tanhLine !== null || modelPath !== undefined) close();
    if (tanhLine !== null) tanh = tanhLine[1] === 'enabled' ? 'fast' : 'libm';
    if (modelPath !== undefined) open = { modelPath, tanh, ratio: null, line: i + 1 };
    if (slim !== null && open !== null) open = { ...open, ratio: Number(slim[1]) };
    if (time !== null && open !== null) times.push((time[1] ?? '').replace(',', '.'));
  }
  close();
  if (runs.length > 0) return runs;
  throw fault(
    'no run found. Expected the output of benchmodel: "Loading model ...", then "...ms".',
  );
};
