/** The file of budgets that `check` holds: what a model may cost, where, and how loudly to say so. */
import * as z from 'zod';
import type { Frozen } from '../units/frozen.ts';
import { growthFault, limitFault, metricNames } from './budget-metrics.ts';

const names = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], 'a name or a list of names')
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

const levels = ['error', 'warn', 'off'] as const;
export type Level = (typeof levels)[number];

const maybe = <T extends z.ZodType>(of: T, about: string) => of.optional().describe(about);
const limit = (about: string) => maybe(z.number(), about);
const withDefault = (value: string, about: string) => z.string().default(value).describe(about);
const text = (about: string) => maybe(z.string(), about);
const rate = 'a rate from 8000 to 768000 hertz';

const budgetSchema = z
  .strictObject({
    name: z.string().min(1).describe('Names the budget in reports; unique in the file.'),
    model: names.optional().describe('Id of models/ or path of a .nam file; may be a list.'),
    width: withDefault('all', "'all', a ratio 0..1, 'ch:8/4', or a submodel's label."),
    device: names.optional().describe('Id of devices/ or path of a profile; may be a list.'),
    engine: withDefault('auto', "An engine's id, or 'auto' for the one the device ships."),
    block: maybe(
      z.int().min(1).max(65_536),
      "Frames per block, as in 64. @default the device's own.",
    ),
    rateHz: maybe(
      z.number().min(8000, rate).max(768_000, rate),
      "Sample rate in hertz, as in 48000. @default the device's own.",
    ),
    copies: z.int().min(1).max(64).default(1).describe('How many of the model run at once.'),
    tanh: maybe(z.enum(['libm', 'fast']), '@default what the engine does on that device'),
    whatIf: z
      .boolean()
      .default(false)
      .describe('Allow a width that the model was not trained for; every message then says so.'),
    audio: text('A WAV file; needed by esrToFull.'),
    scenario: names.optional().describe('Id of scenarios/ or path; instead of model and device.'),
    metric: z.enum(metricNames),
    max: limit("Ceiling in the metric's unit; the actual value may be equal to it."),
    min: limit("Floor in the metric's unit; the actual value may be equal to it."),
    maxIncreasePercent: limit(
      'Growth in percent that is allowed against the committed baseline, as in 1.',
    ),
    level: z.enum(levels).default('error'),
    reason: text('Why this limit; repeated when it does not hold.'),
  })
  .superRefine((budget, context) => {
    const { metric, max, min, maxIncreasePercent, model, device, scenario, audio } = budget;
    const refuse = (message: string, ...path: string[]): void =>
      context.addIssue({ code: 'custom', path, message });
    if ((max ?? min ?? maxIncreasePercent) === undefined) {
      refuse("expected a limit. Write one of 'max', 'min', 'maxIncreasePercent'.");
    }
    for (const name of ['max', 'min', 'maxIncreasePercent'] as const) {
      const faultOf = name === 'maxIncreasePercent' ? growthFault : limitFault;
      const value = budget[name];
      const message = value === undefined ? null : faultOf(metric, value);
      if (message !== null) refuse(message, name);
    }
    const ofScenario = metric.startsWith('scenario.');
    if (ofScenario !== (scenario !== undefined)) {
      const message = ofScenario
        ? `expected 'scenario' beside the metric '${metric}'. Name a scenario.`
        : `expected a metric of a scenario, got '${metric}'. Write one that starts with 'scenario.', or name 'model' and 'device' instead of 'scenario'.`;
      refuse(message, 'metric');
    }
    if (!ofScenario && (model === undefined || device === undefined)) {
      refuse("expected 'model' and 'device'. Name what runs and where.");
    }
    if (metric === 'esrToFull' && audio === undefined) {
      refuse('expected a WAV file to measure esrToFull on. Write "audio": "take.wav".', 'audio');
    }
  });

const budgetFile = z.strictObject({
  $schema: z.string().optional(),
  baseline: text("Path of the baseline, relative to this file. @default 'baseline.json' beside it"),
  budgets: z.array(budgetSchema).min(1),
});

export type BudgetFile = Frozen<z.output<typeof budgetFile>>;
export type Budget = BudgetFile['budgets'][number];

export const budgetFileSchema: z.ZodType<BudgetFile> = budgetFile;
