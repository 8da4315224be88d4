/**
 * How the arguments of libm's functions are distributed when a model plays the user's audio: a short
 * excerpt, because shares settle within thousands of calls.
 */
import type { Sound } from '../audio/sound.ts';
import { callsLibrary, countArguments } from '../execute/library-calls.ts';
import { distributionOf } from '../kernel/libm.ts';
import type { Model, Width, WidthOptions } from '../nam/model.ts';
import { slim } from '../nam/widths.ts';
import { compile } from '../program/compile.ts';
import type { MeasuredArguments } from '../study/cost/cost-point.ts';

/** Places spread over the file, since most recordings begin with silence. */
const places = 4;
const framesPerPlace = 6000;

/** All of a short file; else the pieces one after the other. */
const excerptOf = (reader: Sound): Float32Array => {
  const { frames } = reader.format;
  const isShort = frames <= places * framesPerPlace;
  const [pieces, length] = isShort ? [1, frames] : [places, framesPerPlace];
  const excerpt = new Float32Array(pieces * length);
  const skipped = new Float32Array(length);
  reader.rewind();
  let position = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const start = Math.floor(((piece + 0.5) * frames) / pieces - length / 2);
    while (position < start)
      position += reader.read(skipped.subarray(0, Math.min(length, start - position)));
    position += reader.read(excerpt.subarray(piece * length, (piece + 1) * length));
  }
  return excerpt;
};

/** By width label; widths that call no library function are absent. `onShare` hears the share that is done, 0 to 1. */
export const argumentsOn = async (
  reader: Sound,
  model: Model,
  widths: readonly Width[],
  options: WidthOptions,
  onShare: (share: number) => Promise<void> = async () => {},
): Promise<ReadonlyMap<string, MeasuredArguments>> => {
  const measured = new Map<string, MeasuredArguments>();
  const programs = widths.map((width) => {
    return { label: width.label, program: compile(slim(model, width, options).network) };
  });
  if (!programs.some(({ program }) => callsLibrary(program))) return measured;
  const excerpt = excerptOf(reader);
  const whole = excerpt.length === reader.format.frames;
  const frames = `${excerpt.length} frames`;
  const source = `${reader.path} (${whole ? `all ${frames}` : `${frames} from ${places} places`})`;
  for (const [index, { label, program }] of programs.entries()) {
    if (callsLibrary(program)) {
      const distribution = distributionOf(countArguments(program, excerpt));
      measured.set(label, { distribution, source });
    }
    await onShare((index + 1) / programs.length);
  }
  return measured;
};
