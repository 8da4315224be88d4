import { describe, expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { checkFacts } from '../../src/study/validate/facts.ts';
import { allDevices, cache, coreOf, model, rowOf } from './predict-fixtures.ts';

const models = ['a2', 'a1-standard', 'a1-lite', 'a1-feather', 'a1-nano'].map(model);

describe('what products are known to run and to refuse', () => {
  const facts = checkFacts({ devices: allDevices(), coreOf, engines, models }, cache);
  test.each(facts.map((f) => [f.device, f.fact, f] as const))('%s %s', (_, __, fact) => {
    expect(
      fact.agrees,
      `${fact.device} ${fact.fact}: ${fact.verdict} at a load of ${fact.load?.toFixed(3)}`,
    ).toBe(true);
  });
});

describe('in the words of the field', () => {
  test('the Anagram runs three A2 full at 16 frames', () => {
    const row = rowOf('a2', 'darkglass-anagram', { width: 'full', copies: [3] });
    expect(row.blockFrames).toBe(16);
    expect(['fits', 'tight']).toContain(row.verdict);
  });
  test('the Dwarf runs A2 lite, and on the engine of 2023 no A1 standard', () => {
    expect(['fits', 'tight']).toContain(rowOf('a2', 'mod-dwarf', { width: 'lite' }).verdict);
    expect(rowOf('a1-standard', 'mod-dwarf', { engine: 'nam-core' }).verdict).toBe('over');
  });
  test('the Daisy runs A2 lite and not full', () => {
    expect(['fits', 'tight']).toContain(rowOf('a2', 'daisy-seed', { width: 'lite' }).verdict);
    expect(rowOf('a2', 'daisy-seed', { width: 'full' }).verdict).toBe('over');
  });
  test('the RP2350 needs both of its cores for one A2 lite', () => {
    const on = { width: 'lite', blockFrames: [48] } as const;
    expect(rowOf('a2', 'rp2350', on).verdict).toBe('over');
    const both = rowOf('a2', 'rp2350', { ...on, splitAfterLayers: 14 });
    expect(['fits', 'tight']).toContain(both.verdict);
    expect(both.addedLatencyBlocks).toBe(1);
  });
});
