/** The page's end of the audio thread. Nothing plays before somebody asks for it. */
import type { PlayerOrder, PlayerReport } from './player-worklet.ts';
import workletUrl from './player-worklet.ts?worker&url';

export class Player {
  readonly context: AudioContext;
  readonly #node: AudioWorkletNode;

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
    const context = new AudioContext({ sampleRate: sampleRateHz });
    await context.suspend();
    await context.audioWorklet.addModule(workletUrl);
    return new Player(context, onReport);
  }

  /** All of one length, each with its gain. */
  sounds(sounds: Extract<PlayerOrder, { kind: 'sounds' }>['sounds']): void {
    this.#say({ kind: 'sounds', sounds });
  }

  choose(key: string): void {
    this.#say({ kind: 'choose', key });
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
