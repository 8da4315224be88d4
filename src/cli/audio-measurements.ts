/** What the user's audio says of models, for `predict --audio`. */
import { atRate } from '../audio/resampled-sound.ts';
import type { Model, Width } from '../nam/model.ts';
import { selectWidths } from '../nam/widths.ts';
import type { MeasuredArguments } from '../study/cost/measured-arguments.ts';
import { argumentsOn } from '../workbench/arguments-on-audio.ts';
import { esrToFull } from '../workbench/fidelity.ts';
import type { Args } from './args.ts';
import { openAudio, runRateOf } from './audio-input.ts';
import type { Io } from './io.ts';
import { warn } from './output.ts';
import { Progress } from './progress.ts';
import { tanhOf } from './study-options.ts';

export interface AudioMeasurements {
  readonly fidelity: (model: Model, width: Width) => number | null;
  readonly arguments: (model: Model, width: Width) => MeasuredArguments | null;
}

/** Runs every asked width on the audio before anything is predicted: its sound, and an excerpt for what tanh costs. */
export const measureOnAudio = async (
  args: Args,
  io: Io,
  models: readonly Model[],
  path: string,
): Promise<AudioMeasurements> => {
  const ratios = new Map<Model, ReadonlyMap<string, number | null>>();
  const measured = new Map<Model, ReadonlyMap<string, MeasuredArguments>>();
  const reader = openAudio(args, io, path);
  try {
    for (const model of models) {
      const sound = atRate(reader, runRateOf(args, io, reader, model));
      const widthOptions = { whatIf: args.flag('what-if') };
      const widths = selectWidths(model, args.text('width') ?? 'all', widthOptions);
      const progress = new Progress(args, io, `${model.id} on ${path}`);
      try {
        const tanh = tanhOf(args) ?? 'libm';
        ratios.set(model, await esrToFull(sound, model, widths, tanh, progress.step));
      } finally {
        progress.end();
      }
      const counting = new Progress(args, io, `${model.id}: arguments of tanh on ${path}`);
      try {
        measured.set(model, await argumentsOn(sound, model, widths, widthOptions, counting.step));
      } finally {
        counting.end();
      }
      if ([...(ratios.get(model)?.values() ?? [])].every((esr) => esr === null)) {
        warn(
          args,
          io,
          `${model.origin}: its full width is silent on ${path}, so there is no ratio.`,
        );
      }
    }
  } finally {
    reader.close();
  }
  return {
    fidelity: (model, width) => ratios.get(model)?.get(width.label) ?? null,
    arguments: (model, width) => measured.get(model)?.get(width.label) ?? null,
  };
};
