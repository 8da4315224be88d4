/** The page's end of the audio thread. Nothing plays before somebody asks for it. */
import type { PlayerOrder, PlayerReport } from './player-worklet.ts';
import workletUrl from './player-worklet.ts?worker&url';

/** What it is called, its samples, and how loud. */
export type PlayedSound = readonly [key: string, samples: Float32Array, gain: number];

const nextTask = (): Promise<void> => new Promise((go) => setTimeout(go));

export class Player {
  readonly context: AudioContext;
  readonly #node: AudioWorkletNode;
  /** What the audio thread has. */
  readonly #sent = new Map<string, Float32Array>();
  #turn = 0;

  private constructor(context: AudioContext, onReport: (report: PlayerReport) => void) {
    this.context = context;
    this.#node = new AudioWorkletNode(context, 'pedalbench-player', { outputChannelCount: [1] });
    this.#node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => onReport(data);
    this.#node.connect(context.destination);
  }

  static async open(
    sampleRateHz: number,
    onReport: (report: PlayerReport) => void,
  ): Promise<Player> {
    // Starts the browser's audio service; where it is not there yet, the page would stand still for its start below.
    await navigator.mediaDevices?.enumerateDevices().catch(() => {});
    const context = new AudioContext({ sampleRate: sampleRateHz });
    await context.suspend();
    await context.audioWorklet.addModule(workletUrl);
    return new Player(context, onReport);
  }

  /** All of one length. What the thread lacks goes there sound by sound, what is heard first: each is a copy of megabytes. */
  async sounds(sounds: readonly PlayedSound[], heard: string): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#say({ kind: 'mix', gains: new Map(sounds.map(([key, , gain]) => [key, gain])), heard });
    const keys = new Set(sounds.map(([key]) => key));
    for (const key of this.#sent.keys()) if (!keys.has(key)) this.#sent.delete(key);
    const isHeard = ([key]: PlayedSound): number => (key === heard ? 0 : 1);
    for (const [key, samples] of [...sounds].sort((a, b) => isHeard(a) - isHeard(b))) {
      if (this.#sent.get(key) === samples) continue;
      if (turn !== this.#turn) return;
      this.#sent.set(key, samples);
      this.#say({ kind: 'sound', key, samples });
      await nextTask();
    }
  }

  seek(frame: number): void {
    this.#say({ kind: 'seek', frame });
  }

  play(): Promise<void> {
    return this.context.resume();
  }

  stop(): Promise<void> {
    return this.context.suspend();
  }

  close(): Promise<void> {
    return this.context.close();
  }

  #say(order: PlayerOrder): void {
    this.#node.port.postMessage(order);
  }
}
