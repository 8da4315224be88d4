/** The file of budgets that `check` holds: what a model may cost, where, and how loudly to say so. */
import * as z from 'zod';

const names = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

/** Every spelling of a metric that a budget may use, and what it means. */
export const metricNames = [
  'cyclesPerSample',
  'cyclesPerSample.expected',
  'cyclesPerSample.worst',
  'cyclesPerSample.best',
  'instructionsPerSample',
  'load',
  'load.expected',
  'load.worst',
  'headroom',
  'memoryBytes',
  'memoryBytes.weights',
  'memoryBytes.history',
  'memoryBytes.scratch',
  'memoryBytes.code',
  'esrToFull',
  'scenario.load.mean',
  'scenario.load.p95',
  'scenario.load.p99',
  'scenario.load.max',
  'scenario.headroom',
  'scenario.xruns',
] as const;
export type MetricName = (typeof metricNames)[number];

export const levels = ['error', 'warn', 'off'] as const;
export type Level = (typeof levels)[number];

export interface Budget {
  readonly name: string;
  readonly model?: readonly string[] | undefined;
  readonly width: string;
  readonly device?: readonly string[] | undefined;
  readonly engine: string;
  readonly block?: number | undefined;
  readonly rateHz?: number | undefined;
  readonly copies: number;
  readonly tanh?: 'libm' | 'fast' | undefined;
  readonly whatIf: boolean;
  readonly audio?: string | undefined;
  readonly scenario?: readonly string[] | undefined;
  readonly metric: MetricName;
  readonly max?: number | undefined;
  readonly min?: number | undefined;
  readonly maxIncreasePercent?: number | undefined;
  readonly level: Level;
  readonly reason?: string | undefined;
}

export interface BudgetFile {
  readonly $schema?: string | undefined;
  readonly baseline?: string | undefined;
  readonly budgets: readonly Budget[];
}

export const budgetSchema: z.ZodType<Budget> = z
  .strictObject({
    name: z.string().min(1).describe('Names the budget in reports; unique in the file.'),
    model: names.optional().describe('Id of models/ or path of a .nam file; may be a list.'),
    width: z
      .string()
      .default('all')
      .describe("'all', a ratio 0..1, 'ch:8/4', or a submodel's label."),
    device: names.optional().describe('Id of devices/ or path of a profile; may be a list.'),
    engine: z
      .string()
      .default('auto')
      .describe("An engine's id, or 'auto' for the one the device ships."),
    block: z.int().positive().optional().describe("Frames per block. @default the device's own."),
    rateHz: z.number().positive().optional().describe("Sample rate. @default the device's own."),
    copies: z.int().positive().default(1).describe('How many of the model run at once.'),
    tanh: z
      .enum(['libm', 'fast'])
      .optional()
      .describe('@default what the engine does on that device'),
    whatIf: z
      .boolean()
      .default(false)
      .describe('Allow a width that the model was not trained for; every message then says so.'),
    audio: z.string().optional().describe('A WAV file; needed by esrToFull.'),
    scenario: names.optional().describe('Id of scenarios/ or path; instead of model and device.'),
    metric: z.enum(metricNames),
    max: z.number().optional().describe('Ceiling: the actual value may be equal.'),
    min: z.number().optional().describe('Floor: the actual value may be equal.'),
    maxIncreasePercent: z.number().optional().describe('Against the committed baseline.'),
    level: z.enum(levels).default('error'),
    reason: z.string().optional().describe('Why this limit; repeated when it does not hold.'),
  })
  .superRefine((budget, context) => {
    if (
      budget.max === undefined &&
      budget.min === undefined &&
      budget.maxIncreasePercent === undefined
    ) {
      context.addIssue({
        code: 'custom',
        message: "expected a limit. Write one of 'max', 'min', 'maxIncreasePercent'.",
      });
    }
    const ofScenario = budget.metric.startsWith('scenario.');
    if (ofScenario !== (budget.scenario !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['metric'],
        message: ofScenario
          ? `expected 'scenario' beside the metric '${budget.metric}'. Name a scenario.`
          : `expected a metric of a scenario, got '${budget.metric}'. Write one that starts with 'scenario.', or name 'model' and 'device' instead of 'scenario'.`,
      });
    }
    if (!ofScenario && (budget.model === undefined || budget.device === undefined)) {
      context.addIssue({
        code: 'custom',
        message: "expected 'model' and 'device'. Name what runs and where.",
      });
    }
    if (budget.metric === 'esrToFull' && budget.audio === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['audio'],
        message: 'expected a WAV file to measure esrToFull on. Write "audio": "take.wav".',
      });
    }
  });

export const budgetFileSchema: z.ZodType<BudgetFile> = z.strictObject({
  $schema: z.string().optional(),
  baseline: z
    .string()
    .optional()
    .describe("Path of the baseline, relative to this file. @default 'baseline.json' beside it"),
  budgets: z.array(budgetSchema).min(1),
});
