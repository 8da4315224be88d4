/**
 * Matchers for vitest: `import 'pedalbench/vitest'` in a test or in a file of `setupFiles`. Every test
 * file opens one workbench, so that many expectations read files and work out costs once.
 */
import QuickLRU from 'quick-lru';
import { expect } from 'vitest';
import type { Requirement } from './study/check/requirement.ts';
import { toCostAtMost, toFit, toFitSurely, toKeepHeadroom } from './study/check/requirement.ts';
import { memoize } from './units/memoize.ts';
import type { RunOptions as HowItRuns, RequirementResult } from './workbench/check-requirement.ts';
import { checkRequirement, checkXruns } from './workbench/check-requirement.ts';
import type { DeviceName, ModelName, ScenarioName } from './workbench/named.ts';
import { openWorkbench } from './workbench/open-workbench.ts';
import type { Workbench } from './workbench/workbench.ts';

interface Where {
  /** Where names are looked for, besides the package. @default process.cwd() */
  readonly cwd?: string | undefined;
  /** What `openWorkbench` gave. @default one for each folder and test file */
  readonly workbench?: Workbench | undefined;
}

/** How the model runs. */
export interface RunOptions extends HowItRuns, Where {}

/** `sure`: with a chance of 95 % or more, and not by the expected load alone. */
export interface FitOptions extends RunOptions {
  readonly sure?: boolean | undefined;
}

/** How the model runs, and on which device. */
export interface OnDevice extends RunOptions {
  readonly device: DeviceName;
}

export interface XrunOptions extends Where {
  /** In place of the scenario's own. */
  readonly seed?: number | undefined;
}

export interface PedalbenchMatchers<R = unknown> {
  /**
   * The model (an id, a path, or a `Model`) has a verdict of `fits` on the device: it is in memory and
   * keeps the headroom that the device needs. A verdict of `unknown` fails, negated or not.
   */
  toFitOn(device: DeviceName, options?: FitOptions): R;
  /** Expected cycles per sample, of all copies together, are at most so many. */
  toCostAtMost(cyclesPerSample: number, options: OnDevice): R;
  /** 1 - expected load is at least this share, 0..1. */
  toKeepHeadroom(share: number, options: OnDevice): R;
  /** No block of the scenario (an id, a path, or a `Scenario`) is late, in any combination of its lists. */
  toRunWithoutXruns(options?: XrunOptions): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: has to be what vitest declares.
  interface Matchers<T = any> extends PedalbenchMatchers<T> {}
}

const workbenches = new QuickLRU<string, Workbench>({ maxSize: 2 });

/** One for each folder. */
const workbenchOf = ({ cwd = process.cwd(), workbench }: Where): Workbench =>
  workbench ?? memoize(workbenches, cwd, () => openWorkbench({ cwd }));

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

const resultOf = ({ holds, message }: RequirementResult, isNot: boolean): Result => ({
  // What nobody knows proves neither the one nor the other.
  pass: holds ?? isNot,
  message: () => message,
});

const named = (received: unknown, matcher: string, what: string): unknown => {
  if (typeof received === 'string' || (typeof received === 'object' && received !== null)) {
    return received;
  }
  throw new TypeError(
    `${matcher}: expected ${what} by name, path or as an object, got ${typeof received}.`,
  );
};

const onDevice = (
  received: unknown,
  matcher: string,
  requirement: Requirement,
  device: DeviceName,
  options: RunOptions,
  isNot: boolean,
): Result => {
  const model = named(received, matcher, 'a model') as ModelName;
  return resultOf(
    checkRequirement(workbenchOf(options), requirement, model, device, options),
    isNot,
  );
};

const finite = (value: unknown, matcher: string, what: string): number => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`${matcher}: expected ${what}, got ${String(value)}.`);
};

const deviceOf = (options: OnDevice | undefined, matcher: string): DeviceName => {
  if (options?.device !== undefined) return options.device;
  throw new TypeError(`${matcher}: expected a device. Write { device: 'mod-dwarf' }.`);
};

expect.extend({
  toFitOn(received: unknown, device: DeviceName, { sure, ...options }: FitOptions = {}) {
    const requirement = sure === true ? toFitSurely : toFit;
    return onDevice(received, 'toFitOn', requirement, device, options, this.isNot);
  },
  toCostAtMost(received: unknown, cyclesPerSample: number, options: OnDevice) {
    const device = deviceOf(options, 'toCostAtMost');
    const limit = finite(cyclesPerSample, 'toCostAtMost', 'a number of cycles per sample');
    return onDevice(received, 'toCostAtMost', toCostAtMost(limit), device, options, this.isNot);
  },
  toKeepHeadroom(received: unknown, share: number, options: OnDevice) {
    const device = deviceOf(options, 'toKeepHeadroom');
    const limit = finite(share, 'toKeepHeadroom', 'a share such as 0.2');
    return onDevice(received, 'toKeepHeadroom', toKeepHeadroom(limit), device, options, this.isNot);
  },
  toRunWithoutXruns(received: unknown, options: XrunOptions = {}) {
    const scenario = named(received, 'toRunWithoutXruns', 'a scenario') as ScenarioName;
    return resultOf(checkXruns(workbenchOf(options), scenario, options.seed), this.isNot);
  },
});
