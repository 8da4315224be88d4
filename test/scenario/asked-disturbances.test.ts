import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/study/simulate/simulate.ts';
import { jobOf, projectLibrary } from './library.ts';

const library = projectLibrary();
const run = (device: string, disturbances?: unknown) =>
  simulate(
    jobOf({
      durationSeconds: 0.2,
      device,
      slots: [{ cyclesPerSample: 10 }],
      ...(disturbances === undefined ? {} : { disturbances }),
    }),
    library,
  );

const heat = {
  ambientCelsius: 25,
  riseCelsius: 40,
  timeConstantSeconds: 60,
  throttleCelsius: 80,
  throttledClockHz: 1_000_000_000,
};

describe('what the profile does not have is refused', () => {
  test.each([
    [{ dvfs: true }, /disturbances\.dvfs: expected .*governor, minClockHz, rampSeconds/],
    [{ dvfs: {} }, /disturbances\.dvfs/],
    [{ dvfs: { governor: 'ondemand' } }, /disturbances\.dvfs: .* minClockHz, rampSeconds, because/],
    [{ dvfs: { governor: 'ondemand', minClockHz: 6e8 } }, /with rampSeconds, because/],
    [{ thermal: true }, /disturbances\.thermal: .*ambientCelsius.*throttledClockHz/],
    [
      { thermal: { ...heat, riseCelsius: undefined } },
      /disturbances\.thermal: .*with riseCelsius,/,
    ],
    [{ interrupt: true }, /disturbances\.interrupt: .*disturbances\.add/],
    [{ graph: true }, /disturbances\.graph/],
    [{ memory: true }, /disturbances\.memory/],
    [{ cache: true }, /disturbances\.cache/],
  ])('%j of a class profile', (disturbances, said) => {
    expect(() => run('class-a53-1500', disturbances)).toThrow(said);
  });

  test('a burst that one device has and another has not', () => {
    expect(() => run('mod-dwarf', { interrupt: true, memory: true })).not.toThrow();
    expect(() => run('pi-4', { interrupt: true, memory: true })).toThrow(/disturbances\.memory/);
  });
});

describe('what the scenario gives in full is played', () => {
  test.each([
    [{ dvfs: { governor: 'ondemand', minClockHz: 6e8, rampSeconds: 0.1 } }],
    [{ dvfs: { governor: 'performance' } }],
    [{ dvfs: false, thermal: false, interrupt: false }],
    [{ thermal: heat }],
    [
      {
        interrupt: true,
        add: [{ name: 'tick', kind: 'interrupt', everySeconds: 0.01, durationSeconds: 1e-5 }],
      },
    ],
  ])('%j', (disturbances) => {
    expect(run('class-a53-1500', disturbances).blocks).toBeGreaterThan(0);
  });
});

describe('what a run assumes', () => {
  const assumed = (device: string, disturbances?: unknown): string =>
    run(device, disturbances).warnings.join(' ');

  test('is said of a profile that names no disturbance', () => {
    expect(assumed('class-a53-1500')).toMatch(
      /Assumes no interrupts and a fixed clock: the profile names none/,
    );
  });

  test('is silent where the profile or the scenario names some, or none are wanted', () => {
    const add = [{ name: 'tick', kind: 'interrupt', everySeconds: 0.01, durationSeconds: 1e-5 }];
    expect(assumed('mod-dwarf')).not.toMatch(/Assumes/);
    expect(assumed('class-a53-1500', { add })).not.toMatch(/Assumes/);
    expect(assumed('class-a53-1500', false)).not.toMatch(/Assumes/);
  });

  test('leaves the clock out where the scenario governs it', () => {
    const dvfs = { governor: 'ondemand', minClockHz: 6e8, rampSeconds: 0.1 };
    expect(assumed('class-a53-1500', { dvfs })).toMatch(/Assumes no interrupts:/);
  });
});
