// biome-ignore-all lint/style/noNonNullAssertion: a model has one width at least; outputs are as long as the input
/**
 * What a narrower width costs in sound: the error-to-signal ratio against the full width on real audio,
 * sum((y - z)^2) / sum(y^2) as NAM's trainer defines it, both prewarmed. All widths run side by side over
 * one pass of the file, so that an hour of audio is never held.
 */

import type { Sound } from '../audio/sound.ts';
import type { TanhKind } from '../engine/engine.ts';
import type { Model, Width } from '../nam/model.ts';
import { slim, widthsOf } from '../nam/widths.ts';
import { monoExecutor } from './render.ts';

const blockFrames = 2048;

/** By width label. `onShare` hears the share that is done, 0 to 1, after every block. Null where the full width is silent on this audio, so that no ratio exists. */
export const esrToFull = async (
  reader: Sound,
  model: Model,
  widths: readonly Width[],
  tanh: TanhKind,
  onShare: (share: number) => Promise<void> = async () => {},
): Promise<ReadonlyMap<string, number | null>> => {
  const executorOf = (width: Width) =>
    monoExecutor(slim(model, width).network, 'wasm', tanh, model.origin);
  // The last trained width is the full one.
  const full = widthsOf(model).at(-1)!;
  const reference = executorOf(full);
  const runs = widths
    .filter((width) => width.label !== full.label)
    .map((width) => ({ width, executor: executorOf(width), error: 0 }));
  let signal = 0;
  const block = (): Float32Array => new Float32Array(blockFrames);
  const [input, expected, output] = [block(), block(), block()];
  reader.rewind();
  let done = 0;
  for (let frames = reader.read(input); frames > 0; frames = reader.read(input)) {
    reference.process(input, expected, frames);
    for (let i = 0; i < frames; i++) signal += expected[i]! * expected[i]!;
    for (const run of runs) {
      run.executor.process(input, output, frames);
      for (let i = 0; i < frames; i++) {
        const difference = expected[i]! - output[i]!;
        run.error += difference * difference;
      }
    }
    done += frames;
    await onShare(done / reader.format.frames);
  }
  const ratios = runs.map(
    ({ width, error }) => [width.label, signal > 0 ? error / signal : null] as const,
  );
  return new Map([...ratios, [full.label, signal > 0 ? 0 : null]]);
};
