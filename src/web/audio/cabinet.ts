/** What a guitar's loudspeaker makes of an amp: without one a capture of an amp alone sounds harsh. */

/** Long enough for what rings below 100 Hz: 43 ms at 48 kHz. */
const taps = 2048;

/** Of a closed box with 12 inch speakers, as such are usually measured: no product's. */
const filters: readonly BiquadFilterOptions[] = [
  { type: 'highpass', frequency: 75, Q: 0.9 },
  { type: 'peaking', frequency: 120, gain: 3, Q: 1 },
  { type: 'peaking', frequency: 420, gain: -4, Q: 0.9 },
  { type: 'peaking', frequency: 2600, gain: 6, Q: 1.1 },
  { type: 'lowpass', frequency: 4800, Q: 0.9 },
  { type: 'lowpass', frequency: 5200, Q: 0.6 },
];

/** `sound` through `nodes`, off the main thread. */
const rendered = async (
  sound: Float32Array,
  sampleRateHz: number,
  nodes: (context: OfflineAudioContext) => readonly AudioNode[],
): Promise<Float32Array> => {
  const context = new OfflineAudioContext(1, sound.length, sampleRateHz);
  const buffer = context.createBuffer(1, sound.length, sampleRateHz);
  buffer.getChannelData(0).set(sound);
  const source = new AudioBufferSourceNode(context, { buffer });
  const last = nodes(context).reduce<AudioNode>((from, to) => from.connect(to), source);
  last.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
};

/** Our own, as an impulse response. */
export const ourCabinet = (sampleRateHz: number): Promise<Float32Array> =>
  rendered(Float32Array.of(1, ...new Float32Array(taps - 1)), sampleRateHz, (context) =>
    filters.map((filter) => new BiquadFilterNode(context, filter)),
  );

/** As loud whatever the impulse response's own level is. */
export const throughCabinet = (
  sound: Float32Array,
  impulse: Float32Array,
  sampleRateHz: number,
): Promise<Float32Array> =>
  rendered(sound, sampleRateHz, (context) => {
    const buffer = context.createBuffer(1, impulse.length, sampleRateHz);
    buffer.getChannelData(0).set(impulse);
    return [new ConvolverNode(context, { buffer })];
  });
