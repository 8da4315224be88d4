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
  const runs: BenchmodelRun[] = [];
  let tanh: TanhKind | null = null;
  let open: { path: string; tanh: TanhKind | null; ratio: number | null; line: number } | null =
    null;
  let times: string[] = [];
  const close = (): void => {
    if (open === null) return;
    // The tool prints whole milliseconds first, then the exact time.
    const milliseconds = Number(times.at(-1) ?? 0);
    if (times.length === 1 && /^[0-9]+$/.test(times[0] ?? '')) {
      throw new StudyError(
        'bad-cases',
        `${file}: line ${open.line}: the run of ${open.path} has whole milliseconds only. Expected the exact time on the next line, such as "${times[0]}.456ms": keep what the tool prints as it is.`,
      );
    }
    if (!(milliseconds > 0)) {
      throw new StudyError(
        'bad-cases',
        `${file}: line ${open.line}: the run of ${open.path} has no time. Expected a line such as "123.456ms" after "Finished".`,
      );
    }
    runs.push({
      modelPath: open.path,
      tanh: open.tanh,
      ratio: open.ratio,
      secondsPerSample: milliseconds / 1000 / benchmodelFrames,
    });
    open = null;
    times = [];
  };
  text.split(/\r?\n/).forEach((line, i) => {
    const tanhLine = /^Fast tanh: (enabled|disabled)/.exec(line);
    const model = /^Loading model (.+?)\s*$/.exec(line);
    const slim = /^Setting slimmable size to ([0-9.eE+-]+)/.exec(line);
    // Some locales write a comma.
    const time = /^([0-9]+(?:[.,][0-9]+)?(?:e[+-]?[0-9]+)?)ms\s*$/i.exec(line);
    if (tanhLine !== null) {
      close();
      tanh = tanhLine[1] === 'enabled' ? 'fast' : 'libm';
    } else if (model !== null) {
      close();
      open = { path: model[1] ?? '', tanh, ratio: null, line: i + 1 };
    } else if (slim !== null && open !== null) {
      open = { ...open, ratio: Number(slim[1]) };
    } else if (time !== null && open !== null) {
      times.push((time[1] ?? '').replace(',', '.'));
    }
  });
  close();
  if (runs.length === 0) {
    throw new StudyError(
      'bad-cases',
      `${file}: no run found. Expected the output of benchmodel: "Loading model ...", then "...ms".`,
    );
  }
  return runs;
};
