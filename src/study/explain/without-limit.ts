/** What each kernel of a lowered program would cost on its core if one limit at a time were gone. */
import type { Lowered } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { parametersOf } from '../../machine/pipeline/core-parameters.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../machine/pipeline/pipeline.ts';
import { readTemplate } from '../../machine/pipeline/read-template.ts';
import { simulate } from '../../machine/pipeline/simulate.ts';
import {
  type Limit,
  limits,
  withoutBottleneck,
} from '../../machine/pipeline/without-bottleneck.ts';

/** Cycles of one execution by limit. */
export type WithoutLimits = Readonly<Record<Limit, number>>;

const relaxedTimes = (template: Template, core: CoreProfile): WithoutLimits => {
  const parameters = parametersOf(core).expected;
  const { prepared } = readTemplate(template);
  const simulated = simulate(prepared, parameters).cycles;
  // Library calls and mispredictions are beside the simulation and stay as they are.
  const beside = timeTemplate(template, core).cycles.expected - simulated;
  const times = limits.map((limit): [Limit, number] => [
    limit,
    Math.min(simulate(prepared, withoutBottleneck(parameters, limit)).cycles, simulated) + beside,
  ]);
  return Object.fromEntries(times) as Record<Limit, number>;
};

/** By template name; steps that have several templates (ring steps) are not listed. */
export const withoutLimits = (
  lowered: Lowered,
  core: CoreProfile,
): ReadonlyMap<string, WithoutLimits> => {
  const times = new Map<string, WithoutLimits>();
  for (const step of lowered.steps) {
    if (step.step !== 'kernel' || times.has(step.template.name)) continue;
    times.set(step.template.name, relaxedTimes(step.template, core));
  }
  return times;
};
