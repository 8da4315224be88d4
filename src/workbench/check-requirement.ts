/** Holds models against requirements and scenarios against deadlines, with messages as good as those of `check`. */
import type { DeviceProfile } from '../device/profile.ts';
import type { Model } from '../nam/model.ts';
import { slim } from '../nam/widths.ts';
import { largestParts, numberText } from '../study/check/growth.ts';
import { breakdownOf } from '../study/check/measurement.ts';
import { figuresOf, percentText, type Requirement, subjectOf } from '../study/check/requirement.ts';
import type { PredictRow } from '../study/predict/row.ts';
import type { RunResult } from '../study/simulate/run-result.ts';
import type { DeviceName, ModelName, ScenarioName } from './named.ts';
import { contextOf, deviceFrom, modelFrom } from './named.ts';
import { type PredictRequest, predictSync } from './predict.ts';
import { simulateSync } from './simulate.ts';
import type { Workbench } from './workbench.ts';

/** How the model runs. */
export interface RunOptions extends Pick<PredictRequest, 'whatIf' | 'engine' | 'tanh'> {
  /** A ratio, 'ch:8', 'ch:8/4', a label, or 'all': then every width has to hold. @default 'full' */
  readonly width?: string | undefined;
  /** How many run at once, on one core. @default 1 */
  readonly copies?: number | undefined;
  /** Frames a block. @default the device's own */
  readonly block?: number | undefined;
  /** @default the device's own */
  readonly rateHz?: number | undefined;
}

export interface RequirementResult {
  /** Null where it cannot be said; no assertion passes then, negated or not. */
  readonly holds: boolean | null;
  /** Why it holds, or what stands against it. */
  readonly message: string;
}

interface Question {
  readonly workbench: Workbench;
  readonly model: Model;
  readonly device: DeviceProfile;
  readonly options: RunOptions;
}

const rowsAt = (
  { workbench, model, device, options }: Question,
  width: string,
  whatIf: boolean,
): readonly PredictRow[] => {
  const { engine, copies, block: blockFrames, rateHz: sampleRateHz, tanh } = options;
  const how = { width, whatIf, engine, copies, blockFrames, sampleRateHz, tanh };
  return predictSync(workbench, { model, device, ...how }).rows;
};

const whereLines = ({ workbench, model, device, options }: Question, row: PredictRow) => {
  if (row.engine === null) return [];
  const { network } = slim(model, row.width.label, { whatIf: row.width.whatIf });
  const { engine = 'auto', tanh } = options;
  const { blockFrames, copies } = row;
  const request = { ...contextOf(workbench), network, device, engine, blockFrames, copies, tanh };
  const breakdown = breakdownOf(request, workbench.costs);
  return [
    `largest layers: ${largestParts(breakdown.layers)}`,
    `largest kinds of work: ${largestParts(breakdown.kinds)}`,
  ];
};

/** The widest of the narrower widths that holds: a trained one, else one that slicing reaches. */
const nearestLine = (question: Question, requirement: Requirement, row: PredictRow): string => {
  for (const whatIf of [false, true]) {
    const [widest] = rowsAt(question, 'all', whatIf)
      .filter((other) => other.width.macsPerSample < row.width.macsPerSample)
      .filter((other) => requirement.holds(other) === true)
      .sort((a, b) => b.width.macsPerSample - a.width.macsPerSample);
    if (widest === undefined) continue;
    const load = widest.load === null ? '' : `, load ${percentText(widest.load.expected)}`;
    const untrained = widest.width.whatIf ? ' (untrained, so only to see what it would cost)' : '';
    return `nearest width that would: ${widest.width.label}${load}${untrained}`;
  }
  return 'no narrower width of it would';
};

/** @throws ModelError, DeviceError, WorkbenchError, StudyError for what means nothing */
export const checkRequirement = (
  workbench: Workbench,
  requirement: Requirement,
  model: ModelName,
  device: DeviceName,
  options: RunOptions = {},
): RequirementResult => {
  const [found, on] = [modelFrom(workbench, model), deviceFrom(workbench, device)];
  const question: Question = { workbench, model: found, device: on, options };
  const rows = rowsAt(question, options.width ?? 'full', options.whatIf ?? false);
  const worst = rows.find((row) => requirement.holds(row) !== true) ?? rows[0];
  if (worst === undefined) throw new RangeError('Expected a row for every width, got none.');
  const holds = requirement.holds(worst);
  const subject = `${subjectOf(worst)} ${requirement.demand}`;
  const say = (head: string, ...rest: readonly string[]): RequirementResult => ({
    holds,
    message: [head, ...[...figuresOf(worst), ...rest].map((line) => `  ${line}`)].join('\n'),
  });
  if (holds === null) return say(`Cannot say whether to expect ${subject}:`);
  if (holds) return say(`Expected ${subject}, and it does:`);
  const nearest = nearestLine(question, requirement, worst);
  return say(`Expected ${subject}, and it does not:`, ...whereLines(question, worst), nearest);
};

const shownCauses = 3;

const titleOf = (run: RunResult): string => {
  const swept = Object.entries(run.swept).map(
    ([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [run.scenario, ...swept].join(', ');
};

const linesOf = (run: RunResult): readonly string[] => {
  const where = `${titleOf(run)} on ${run.device}, seed ${run.seed}`;
  const load = `load mean ${percentText(run.load.mean)}, p99 ${percentText(run.load.p99)}, worst ${percentText(run.load.max)}`;
  const { firstXrunBlock: block, worstBlock, blockFrames, sampleRateHz } = run;
  const at = numberText(((block ?? 0) * blockFrames) / sampleRateHz);
  const first = block === null ? '' : `, the first in block ${block} (${at} s)`;
  const line = `${where}: ${run.xruns} xruns in ${run.blocks} blocks${first}; ${load}`;
  if (worstBlock === null) return [line];
  const causes = worstBlock.causes
    .slice(0, shownCauses)
    .map(({ cause, cycles }) => `${cause} ${numberText(cycles)} cycles`);
  return [line, `worst block ${worstBlock.block}: ${causes.join(', ')}`];
};

/** Holds a scenario against its deadlines. @throws ScenarioError, WorkbenchError, DeviceError, ModelError for what the scenario names */
export const checkXruns = (
  workbench: Workbench,
  scenario: ScenarioName,
  seed?: number,
): RequirementResult => {
  const runs = simulateSync(workbench, { scenario, seed });
  const late = runs.filter((run) => run.xruns > 0);
  const name = typeof scenario === 'string' ? scenario : (scenario.title ?? 'the scenario');
  const holds = late.length === 0;
  const found = holds
    ? 'it does'
    : `${late.length} of ${runs.length} runs ${late.length === 1 ? 'has' : 'have'} some`;
  const head = `Expected ${name} to run without xruns, and ${found}:`;
  const lines = (holds ? runs : late).flatMap(linesOf).map((line) => `  ${line}`);
  return { holds, message: [head, ...lines].join('\n') };
};
