/** What the README's sound examples write, held by level, peak and brightness. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pedalbench } from './fake-io.ts';
import { readWav, temporaryFolder } from './wav-files.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

interface Measured {
  readonly rmsDecibels: number;
  readonly peak: number;
  /** The frequency of a sine whose samples change as much: bright sounds change more. */
  readonly brightnessHz: number;
}

const measure = (name: string): Measured => {
  const { samples, sampleRateHz } = readWav(at(name));
  let power = 0;
  let change = 0;
  let peak = 0;
  for (let i = 1; i < samples.length; i++) {
    power += samples[i]! ** 2;
    change += (samples[i]! - samples[i - 1]!) ** 2;
    peak = Math.max(peak, Math.abs(samples[i]!));
  }
  return {
    rmsDecibels: 10 * Math.log10(power / samples.length),
    peak,
    brightnessHz: (sampleRateHz * Math.sqrt(change / power)) / (2 * Math.PI),
  };
};

beforeAll(async () => {
  for (const words of [
    ['signal', 'guitar', at('di.wav')],
    ['render', 'a2', at('di.wav'), at('full.wav')],
    [
      ...['render', 'a2', at('di.wav'), at('lite.wav'), '--width', 'lite', '--match'],
      ...['--difference', at('rest.wav')],
    ],
  ]) {
    const { code, stderr } = await pedalbench(words);
    expect([code, stderr.includes('warning')]).toEqual([0, false]);
  }
}, 120_000);

describe("the README's sound examples, as they were listened to by spectrum and level", () => {
  test.each([
    ['di.wav', -23.27, 0.587, 1545],
    ['full.wav', -31.88, 0.275, 2122],
    ['lite.wav', -31.88, 0.277, 2272],
    ['rest.wav', -44.52, 0.061, 2663],
  ])('%s: %f dB, peak %f, as bright as %f Hz', (name, rms, peak, brightness) => {
    const got = measure(name);
    expect(Math.abs(got.rmsDecibels - rms)).toBeLessThan(0.2);
    expect(Math.abs(got.peak / peak - 1)).toBeLessThan(0.05);
    expect(Math.abs(got.brightnessHz / brightness - 1)).toBeLessThan(0.05);
  });

  test('matched, the narrower width is as loud as the full one', () => {
    expect(measure('lite.wav').rmsDecibels).toBeCloseTo(measure('full.wav').rmsDecibels, 3);
  });
});
