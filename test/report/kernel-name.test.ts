import { expect, test } from 'vitest';
import { kernelName, kernelNames } from '../../src/report/kernel-name.ts';

test.each([
  ['aarch64/4/fast/cortex-a72/eigen/gebp/8x8x64/8', 'matrix product 8x8x64, 4 lanes'],
  [
    'thumb2-vfp/1/fast/cortex-m7/nano/pass/activation Fasttanh/192x1/0,0/1/2.45550750702956',
    'Fasttanh of 192 values',
  ],
  [
    'aarch64/4/fast/cortex-a72/neural-audio/overhead/{"int":500,"branch":150}',
    'overhead of 650 instructions',
  ],
  [
    'aarch64/4/fast/cortex-a35/pass/copy/{"int":6,"branch":4}/512x1/0,0/4/',
    'copy of 512 values, 4 lanes',
  ],
  [
    'aarch64/4/fast/cortex-a35/neural-audio/bias/8x64/{"int":14,"branch":6,"load_int":3}',
    'bias on 8x64, 4 lanes',
  ],
  [
    'planar-neon/full/cortex-a72/k6/middle6/64/0.009999999776482582',
    'convolution, kernel 6, middle layer',
  ],
  [
    't3k-embedded/scalar/8/k15/48/0.009999999776482582/false/4x4x2',
    'convolution, kernel 15, 8 channels',
  ],
  [
    'aarch64/4/cortex-a57/tmp-nam/layer/16/k3/35/Fasttanh',
    'convolution, kernel 3, 16 channels, 4 lanes',
  ],
  [
    'pedalbench layer {"isa":"aarch64","lanes":4} {"inputs":8,"outputs":8,"taps":6,"dilation":4}',
    'layer, 8x8 convolution, kernel 6, dilation 4, 4 lanes',
  ],
  ['rewind', 'rewind'],
])('%s is told as %s', (key, name) => {
  expect(kernelName(key)).toBe(name);
});

test('no key of any form is told with the numbers that only tell keys apart', () => {
  const told = kernelName(
    'aarch64/4/fast/cortex-a35/neural-audio/sum/512/[{"load_vec":2},{"int":6,"branch":4}]',
  );
  expect(told).not.toMatch(/[{}[\]"]|cortex|aarch64/);
  expect(told).toContain('sum');
});

test('kernels of one list have names of their own', () => {
  const keys = [1, 2].map((i) => `aarch64/4/fast/cortex-a72/eigen/driver/large/${i}/true`);
  const nameOf = kernelNames([...keys, 'rewind']);
  expect(keys.map(nameOf)).toEqual([1, 2].map((i) => `set-up of a matrix product, 4 lanes (${i})`));
  expect(nameOf('rewind')).toBe('rewind');
});
