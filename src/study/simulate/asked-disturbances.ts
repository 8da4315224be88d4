/** What a scenario asks of a device's disturbances and the profile does not have. */
import { type ChipProfile, interferenceKinds } from '../../device/profile.ts';
import type { Disturbances, Scenario } from '../../scenario/scenario.ts';
import { disturbancesOf, thermalFigures } from './device-setup.ts';

/** A field of `disturbances`, and what is expected there. */
export type Lacking = readonly [path: string, expected: string];

const given = <T extends object>(asked: boolean | T): Partial<T> =>
  typeof asked === 'object' ? asked : {};

const figures = (key: string, keys: readonly string[], what: string, asked: unknown): Lacking[] => {
  const expected = `an object with ${keys.join(', ')}, because the profile of the device has no \`${key}\` (${what}), got ${JSON.stringify(asked)}. Give them here, give a copy of the profile its \`${key}\`, or leave it out.`;
  return keys.length === 0 ? [] : [[`disturbances.${key}`, expected]];
};

const ofClock = ({ dvfs }: Disturbances, chip: ChipProfile): Lacking[] => {
  if (dvfs === undefined || dvfs === false || chip.dvfs !== null) return [];
  const own = given(dvfs);
  // The top clock, always: there is nothing to know.
  if (own.governor === 'performance') return [];
  const needed = ['governor', 'minClockHz', 'rampSeconds'] as const;
  const missing = needed.filter((key) => own[key] === undefined);
  return figures('dvfs', missing, 'no clock control', dvfs);
};

const ofHeat = ({ thermal }: Disturbances, chip: ChipProfile): Lacking[] => {
  if (thermal === undefined || thermal === false || chip.thermal !== null) return [];
  const own = given(thermal);
  const missing = thermalFigures.filter((key) => own[key] === undefined);
  return figures('thermal', missing, 'nothing of its heat', thermal);
};

const ofBursts = (asked: Disturbances, chip: ChipProfile): Lacking[] => {
  const known = [...chip.interference.map((b) => b.what), ...(asked.add ?? []).map((b) => b.kind)];
  return interferenceKinds
    .filter((kind) => asked[kind] === true && !known.includes(kind))
    .map((kind) => [
      `disturbances.${kind}`,
      `no true, because the profile of the device names no bursts of this kind, got true. Give some in \`disturbances.add\` ({ "name": ..., "kind": "${kind}", "everySeconds": ..., "durationSeconds": ... }), give a copy of the profile its \`interference\`, or leave it out.`,
    ]);
};

/** Empty where everything that is asked for can be played. */
export const lackingOf = (scenario: Scenario, chip: ChipProfile): readonly Lacking[] => {
  const asked = disturbancesOf(scenario);
  return [...ofClock(asked, chip), ...ofHeat(asked, chip), ...ofBursts(asked, chip)];
};

/** What a run takes for granted where neither profile nor scenario names a disturbance of the audio. */
export const assumedOf = (scenario: Scenario, chip: ChipProfile): readonly string[] => {
  const asked = disturbancesOf(scenario);
  const bursts = chip.interference.length + (asked.add ?? []).length;
  if (scenario.disturbances === false || bursts > 0) return [];
  const own = typeof asked.dvfs === 'object' ? asked.dvfs.governor : undefined;
  const fixed = chip.dvfs === null && own === undefined ? ' and a fixed clock' : '';
  return [
    `Assumes no interrupts${fixed}: the profile names none. Real systems lose blocks to them; name some in \`disturbances.add\`.`,
  ];
};
