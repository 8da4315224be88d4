/** A sound at another sample rate, read like any other. */
import { Resampler } from './resampler.ts';
import type { Sound } from './sound.ts';

const blockFrames = 4096;

/** What a sound gives at another rate, in pieces. */
function* piecesOf(source: Sound, sampleRateHz: number): Generator<Float32Array, void> {
  const resampler = new Resampler(source.format.sampleRateHz, sampleRateHz);
  const block = new Float32Array(blockFrames);
  const ready: Float32Array[] = [];
  const keep = (part: Float32Array): unknown => ready.push(part);
  for (let frames = source.read(block); frames > 0; frames = source.read(block)) {
    resampler.push(block.subarray(0, frames), keep);
    yield* ready.splice(0);
  }
  resampler.finish(keep);
  yield* ready;
}

/** The sound itself where its rate is that already. */
export const atRate = (source: Sound, sampleRateHz: number): Sound => {
  const { format } = source;
  if (format.sampleRateHz === sampleRateHz) return source;
  const frames = Math.ceil((format.frames * sampleRateHz) / format.sampleRateHz);
  let pieces = piecesOf(source, sampleRateHz);
  let ready: Float32Array = new Float32Array(0);
  return {
    path: source.path,
    format: { ...format, sampleRateHz, frames },
    read: (into) => {
      let done = 0;
      while (done < into.length) {
        if (ready.length === 0) ready = pieces.next().value ?? ready;
        if (ready.length === 0) break;
        const part = ready.subarray(0, into.length - done);
        into.set(part, done);
        ready = ready.subarray(part.length);
        done += part.length;
      }
      return done;
    },
    rewind: () => {
      source.rewind();
      pieces = piecesOf(source, sampleRateHz);
      ready = new Float32Array(0);
    },
    close: () => source.close(),
  };
};
