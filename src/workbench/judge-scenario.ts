/** Holds a scenario against its deadlines, with the worst block in the message. */
import { numberText } from '../study/check/number-text.ts';
import { percentText } from '../study/check/requirement.ts';
import type { RunResult } from '../study/simulate/run-result.ts';
import type { Judged } from './judge.ts';
import type { ScenarioName } from './named.ts';
import { simulateSync } from './simulate.ts';
import type { Workbench } from './workbench.ts';

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

/** @throws ScenarioError, WorkbenchError, DeviceError, ModelError for what the scenario names */
export const judgeXruns = (workbench: Workbench, scenario: ScenarioName, seed?: number): Judged => {
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
