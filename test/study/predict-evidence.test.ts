import { describe, expect, test } from 'vitest';
import { findKnownModel } from '../../src/device/known-models.ts';
import type { Evidence } from '../../src/device/profile.ts';
import { selectWidths } from '../../src/nam/widths.ts';
import { familyOf, verdictByEvidence } from '../../src/study/predict/evidence.ts';
import { cache, model, rowOf, rowsOf } from './predict-fixtures.ts';

const evidence = (statement: Evidence['statement'], name: string, copies?: number): Evidence => ({
  statement,
  model: name,
  ...(copies === undefined ? {} : { copies }),
  kind: 'estimate',
  source: 'a test',
});

const subject = (macsPerSample: number, copies = 1, family = 'wavenet LeakyReLU') => ({
  family,
  macsPerSample,
  weights: macsPerSample,
  copies,
});

describe('where no chip is published', () => {
  const runsLite = [evidence('runs', 'a2-lite')];
  const both = [...runsLite, evidence('refuses', 'a2-full')];

  test('cheaper than something known to run fits', () => {
    expect(verdictByEvidence(runsLite, subject(1000)).verdict).toBe('fits');
  });
  test('costlier than something known to be refused is over', () => {
    expect(verdictByEvidence(both, subject(20_000)).verdict).toBe('over');
  });
  test('in between is unknown, and the reasons name both ends', () => {
    const { verdict, reasons } = verdictByEvidence(both, subject(5000));
    expect(verdict).toBe('unknown');
    expect(reasons.join(' ')).toMatch(/a2-lite runs.*a2-full is refused/);
  });
  test('copies multiply the work on both sides', () => {
    expect(verdictByEvidence(both, subject(1731, 2)).verdict).toBe('unknown');
    expect(verdictByEvidence([evidence('runs', 'a2-full', 3)], subject(11_776, 3)).verdict).toBe(
      'fits',
    );
    expect(verdictByEvidence(both, subject(11_776, 2)).verdict).toBe('over');
  });
  test('another kind of network is not compared', () => {
    const { verdict, reasons } = verdictByEvidence(runsLite, subject(10, 1, 'wavenet Tanh'));
    expect(verdict).toBe('unknown');
    expect(reasons.join(' ')).toMatch(/another kind of network/);
  });
  test('fewer multiply-accumulates with more weights prove nothing', () => {
    const odd = { ...subject(1700), weights: 9000 };
    expect(verdictByEvidence(runsLite, odd).verdict).toBe('unknown');
  });
});

describe('what products are known to do', () => {
  test.each([
    ['dimehead-nam-player', 'lite', 'fits'],
    ['dimehead-nam-player', 'full', 'fits'],
    ['hotone-ampero-ii', 'lite', 'fits'],
    ['hotone-ampero-ii', 'full', 'over'],
    ['mooer-gs1000', 'lite', 'fits'],
    ['mooer-gs1000', 'full', 'unknown'],
    ['blackstar-beam', 'lite', 'fits'],
    ['blackstar-beam', 'full', 'unknown'],
    ['valeton-gp-5', 'lite', 'unknown'],
    ['valeton-gp-200', 'full', 'unknown'],
    ['nux-amp-academy-stomp', 'lite', 'unknown'],
    ['sonulab-stompstation', 'lite', 'unknown'],
    ['tonex-one', 'lite', 'unknown'],
    ['sonicake-pocket-master', 'lite', 'unknown'],
  ])('%s with A2 %s: %s', (device, width, verdict) => {
    const [row] = rowsOf('a2', [device], { width });
    expect(row?.verdict).toBe(verdict);
    expect(row?.confidence).toBe('evidence');
    expect(row?.cyclesPerSample).toBeNull();
    expect(row?.reasons.length).toBeGreaterThan(0);
  });
});

test('the models that evidence names cost what the files of these models cost', () => {
  for (const [id, label, name] of [
    ['a2', 'lite', 'a2-lite'],
    ['a2', 'full', 'a2-full'],
    ['a1-nano', 'full', 'a1-nano'],
    ['a1-feather', 'full', 'a1-feather'],
    ['a1-lite', 'full', 'a1-lite'],
    ['a1-standard', 'full', 'a1-standard'],
  ] as const) {
    const [width] = selectWidths(model(id), label);
    const known = findKnownModel(name);
    expect([name, width?.macsPerSample, width?.weights]).toEqual([
      name,
      known?.macsPerSample,
      known?.weights,
    ]);
    if (width === undefined) continue;
    expect(familyOf(cache.slimmed(model(id), width, {}).network)).toBe(known?.family);
  }
});

test('what is known of one length of blocks says nothing of the other side of it', () => {
  const full = { width: 'full', copies: [1] };
  expect(rowOf('a2', 'iphone-17', { ...full, blockFrames: [128] }).verdict).toBe('fits');
  expect(rowOf('a2', 'iphone-17', { ...full, blockFrames: [48] }).verdict).toBe('unknown');
  expect(rowOf('a2', 'iphone-17', { ...full, blockFrames: [16] }).verdict).toBe('over');
});

test('a row says what was measured of its model on the product, and of no other', () => {
  const said = (id: string) => rowOf(id, 'tone-master-pro').reasons.join(' ');
  expect(said('a1-standard')).toContain('Known: the product runs this: 280 us of 726 on average');
  expect(said('a1-nano')).not.toContain('280 us');
});
