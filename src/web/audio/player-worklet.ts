/** Plays sounds of one length side by side in a loop and fades from one to another without a gap. Runs in the audio thread. */

/** What the page says to it. */
export type PlayerOrder =
  | { readonly kind: 'sound'; readonly key: string; readonly samples: Float32Array }
  /** Of every sound that is to be kept, and which of them is heard. */
  | { readonly kind: 'mix'; readonly gains: ReadonlyMap<string, number>; readonly heard: string }
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
  #sounds = new Map<string, { samples: Float32Array; share: number }>();
  #gains: ReadonlyMap<string, number> = new Map();
  #heard = '';
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
    if (order.kind === 'seek') this.#frame = order.frame;
    else if (order.kind === 'sound') {
      const share = this.#sounds.get(order.key)?.share ?? 0;
      this.#sounds.set(order.key, { samples: order.samples, share });
    } else {
      this.#gains = order.gains;
      this.#heard = order.heard;
      for (const key of this.#sounds.keys()) if (!order.gains.has(key)) this.#sounds.delete(key);
    }
    this.#length = Math.max(0, ...[...this.#sounds.values()].map(({ samples }) => samples.length));
    if (this.#frame >= this.#length) this.#frame = 0;
  }

  process(_inputs: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    const output = outputs[0]?.[0];
    if (output === undefined || this.#length === 0) return true;
    const step = 1 / (fadeSeconds * sampleRate);
    for (let i = 0; i < output.length; i += 1) {
      let value = 0;
      for (const [key, sound] of this.#sounds) {
        sound.share =
          key === this.#heard ? Math.min(1, sound.share + step) : Math.max(0, sound.share - step);
        if (sound.share > 0) {
          const gain = this.#gains.get(key) ?? 1;
          value += sound.share * gain * (sound.samples[this.#frame] ?? 0);
        }
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
