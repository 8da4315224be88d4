/** Plays sounds of one length side by side in a loop and fades from one to another without a gap. Runs in the audio thread. */

/** What the page says to it. */
export type PlayerOrder =
  | {
      readonly kind: 'sounds';
      readonly sounds: readonly (readonly [string, Float32Array, number])[];
    }
  | { readonly kind: 'choose'; readonly key: string }
  | { readonly kind: 'seek'; readonly frame: number };

/** What it says to the page, some twenty times a second. */
export interface PlayerReport {
  readonly frame: number;
  readonly peak: number;
  readonly rms: number;
}

declare const sampleRate: number;
declare const registerProcessor: (name: string, processor: unknown) => void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const fadeSeconds = 0.012;
const reportSeconds = 0.05;

class Player extends AudioWorkletProcessor {
  #sounds = new Map<
    string,
    { readonly samples: Float32Array; readonly gain: number; share: number }
  >();
  #chosen = '';
  #frame = 0;
  #length = 0;
  #peak = 0;
  #sum = 0;
  #counted = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayerOrder>) => this.#take(data);
  }

  #take(order: PlayerOrder): void {
    if (order.kind === 'choose') this.#chosen = order.key;
    else if (order.kind === 'seek') this.#frame = order.frame;
    else {
      const shares = new Map([...this.#sounds].map(([key, { share }]) => [key, share]));
      this.#sounds = new Map(
        order.sounds.map(([key, samples, gain]) => [
          key,
          { samples, gain, share: shares.get(key) ?? 0 },
        ]),
      );
      this.#length = Math.max(0, ...order.sounds.map(([, samples]) => samples.length));
      if (this.#frame >= this.#length) this.#frame = 0;
    }
  }

  process(_inputs: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    const output = outputs[0]?.[0];
    if (output === undefined || this.#length === 0) return true;
    const step = 1 / (fadeSeconds * sampleRate);
    for (let i = 0; i < output.length; i += 1) {
      let value = 0;
      for (const [key, sound] of this.#sounds) {
        sound.share =
          key === this.#chosen ? Math.min(1, sound.share + step) : Math.max(0, sound.share - step);
        if (sound.share > 0) value += sound.share * sound.gain * (sound.samples[this.#frame] ?? 0);
      }
      output[i] = value;
      this.#peak = Math.max(this.#peak, Math.abs(value));
      this.#sum += value * value;
      this.#frame = this.#frame + 1 === this.#length ? 0 : this.#frame + 1;
    }
    this.#counted += output.length;
    if (this.#counted >= reportSeconds * sampleRate) {
      const report: PlayerReport = {
        frame: this.#frame,
        peak: this.#peak,
        rms: Math.sqrt(this.#sum / this.#counted),
      };
      this.port.postMessage(report);
      this.#peak = 0;
      this.#sum = 0;
      this.#counted = 0;
    }
    return true;
  }
}

registerProcessor('pedalbench-player', Player);
