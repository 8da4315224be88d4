/** A sound at another sample rate, read like any other. */
import { Resampler } from './resampler.ts';
import type { Sound, SoundFormat } from './sound.ts';

const blockFrames = 4096;

class ResampledSound implements Sound {
  readonly path: string;
  readonly format: SoundFormat;
  private readonly source: Sound;
  private readonly block = new Float32Array(blockFrames);
  private resampler: Resampler;
  private ready: Float32Array = new Float32Array(0);
  private ended = false;

  constructor(source: Sound, sampleRateHz: number) {
    const { format } = source;
    this.path = source.path;
    this.source = source;
    const frames = Math.ceil((format.frames * sampleRateHz) / format.sampleRateHz);
    this.format = { ...format, sampleRateHz, frames };
    this.resampler = new Resampler(format.sampleRateHz, sampleRateHz);
  }

  read(into: Float32Array): number {
    let done = 0;
    while (done < into.length) {
      if (this.ready.length === 0 && !this.more()) break;
      const part = this.ready.subarray(0, into.length - done);
      into.set(part, done);
      this.ready = this.ready.subarray(part.length);
      done += part.length;
    }
    return done;
  }

  rewind(): void {
    this.source.rewind();
    this.resampler = new Resampler(this.source.format.sampleRateHz, this.format.sampleRateHz);
    this.ready = new Float32Array(0);
    this.ended = false;
  }

  close(): void {
    this.source.close();
  }

  private more(): boolean {
    const keep = (part: Float32Array): void => {
      this.ready = part;
    };
    while (this.ready.length === 0 && !this.ended) {
      const frames = this.source.read(this.block);
      this.ended = frames === 0;
      if (this.ended) this.resampler.finish(keep);
      else this.resampler.push(this.block.subarray(0, frames), keep);
    }
    return this.ready.length > 0;
  }
}

/** The sound itself where its rate is that already. */
export const atRate = (sound: Sound, sampleRateHz: number): Sound =>
  sound.format.sampleRateHz === sampleRateHz ? sound : new ResampledSound(sound, sampleRateHz);
