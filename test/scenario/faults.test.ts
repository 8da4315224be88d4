import { expect, test } from 'vitest';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { resolveJob } from '../../src/study/simulate/resolve.ts';
import { jobOf, projectLibrary } from './library.ts';

const library = projectLibrary();

/** A scenario that is fine. */
const fine = {
  device: 'pi-4',
  slots: [{ name: 'amp', model: 'a2', width: 'lite', engine: 'planar-neon' }],
  durationSeconds: 1,
};

const faultOf = (scenario: unknown): string => {
  try {
    resolveJob(jobOf(scenario), library, new CostCache());
  } catch (error) {
    expect((error as { code?: unknown }).code).toBeTypeOf('string');
    return (error as Error).message;
  }
  return 'none';
};

test('what is fine has no fault', () => {
  expect(faultOf(fine)).toBe('none');
});

test.each([
  [
    'an unknown key',
    { ...fine, blockFrame: 64 },
    'x.json: blockFrame: unknown key. Did you mean `blockFrames`?',
  ],
  [
    'a number with a unit in it',
    { ...fine, durationSeconds: '3s' },
    'x.json: durationSeconds: expected a number of seconds above 0, at most 86400, got "3s". Write 3.',
  ],
  [
    'a slot that is nothing',
    { ...fine, slots: [{ name: 'amp' }] },
    'x.json: slots[0]: expected exactly one of "model", "ir" and "cyclesPerSample", got {"name":"amp"}.',
  ],
  ['no slots', { ...fine, slots: [] }, 'x.json: slots: expected at least one slot, got [].'],
  [
    'a sweep over nothing',
    { ...fine, device: [] },
    'x.json: device: expected at least one value to sweep over, got an empty list.',
  ],
])('%s is named, with what was expected and found', (_, scenario, message) => {
  expect(faultOf(scenario)).toBe(message);
});

test.each([
  ['a missing model', { ...fine, slots: [{ model: 'a3' }] }, /^x\.json: slots\[0\]\.model: .*a3/],
  [
    'a width that the model does not have',
    { ...fine, slots: [{ model: 'a2', width: 'ch:5' }] },
    /^x\.json: slots\[0\]\.width: .*lite, full.*ch:5/,
  ],
  [
    'an event for a slot that is not there',
    { ...fine, events: [{ atSeconds: 1, slot: 'apm', width: 'full' }] },
    /^x\.json: events\[0\]\.slot: expected the name of a slot, got "apm"\. (Did you mean `amp`|The slots are amp)/,
  ],
  [
    'a width for a slot without a model',
    {
      ...fine,
      slots: [{ name: 'eq', cyclesPerSample: 10 }],
      events: [{ atSeconds: 1, slot: 'eq', width: 'full' }],
    },
    /^x\.json: events\[0\]: expected a slot with a model/,
  ],
  [
    'more cores than the device has',
    { ...fine, chain: 'parallel', slots: [{ ...fine.slots[0], core: 3 }, { cyclesPerSample: 1 }] },
    /^x\.json: slots\[0\]\.core: expected a core of pi-4, which has 3 audio cores \(0 to 2\), got 3\.$/,
  ],
  [
    'a parallel chain on one core',
    { ...fine, device: 'daisy-seed', chain: 'parallel', slots: [{ cyclesPerSample: 1 }] },
    /^x\.json: chain: expected "serial": daisy-seed has one audio core/,
  ],
  [
    'a device whose chip is unknown',
    { ...fine, device: 'valeton-gp-5' },
    /^x\.json: device: expected a device whose chip is known, got `valeton-gp-5`.* class-/,
  ],
  ['an unknown device', { ...fine, device: 'mod-dwraf' }, /mod-dwraf.*mod-dwarf/],
  [
    'an unknown engine',
    { ...fine, slots: [{ model: 'a2', engine: 'planar-neno' }] },
    /^x\.json: slots\[0\]\.engine: .*planar-neno.*planar-neon/,
  ],
  [
    'a split that is no pipeline',
    { ...fine, slots: [{ ...fine.slots[0], splitAfterLayers: 3 }] },
    /^x\.json: slots\[0\]\.splitAfterLayers: expected "chain": "pipelined"/,
  ],
  [
    'a partitioned convolution of odd blocks',
    { ...fine, blockFrames: 48, slots: [{ ir: { taps: 512, method: 'partitioned' } }] },
    /^x\.json: slots\[0\]\.ir\.method: expected blocks of 16, 32, 64, \.\.\. frames .* got 48\. Write "direct"/,
  ],
  [
    'a governor whose ladder leaves out the width at the start',
    {
      ...fine,
      slots: [{ name: 'amp', model: 'slim-8', width: 'ch:8' }],
      governor: {
        slot: 'amp',
        widths: ['ch:4', 'ch:2'],
        policy: 'threshold',
        upper: 0.8,
        lower: 0.5,
      },
    },
    /^x\.json: governor\.widths: expected the width that amp starts at to be among them/,
  ],
])('%s says what to write instead', (_, scenario, message) => {
  expect(faultOf(scenario)).toMatch(message);
});

test('more combinations than anybody waits for are refused with the lists that make them', () => {
  const many = Array.from({ length: 400 }, (_, i) => i + 1);
  expect(() => jobOf({ ...fine, blockFrames: many, seed: many })).toThrow(
    'x.json: expected at most 100000 combinations, got 160000 (blockFrames: 400, seed: 400).',
  );
});
