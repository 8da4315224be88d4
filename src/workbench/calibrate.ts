/** Fits a device's free numbers to somebody's measurements. */
import type { DeviceProfile } from '../device/profile.ts';
import { slim, widthsOf } from '../nam/widths.ts';
import {
  benchmodelBlockFrames,
  isBenchmodelOutput,
  parseBenchmodel,
} from '../study/calibrate/benchmodel.ts';
import type { CalibrateResult, CalibrationPoint } from '../study/calibrate/calibrate.ts';
import { calibrate as fitProfile } from '../study/calibrate/calibrate.ts';
import { caseModels } from '../study/validate/models.ts';
import { inOneStep, type Verb } from './hooks.ts';
import { contextOf, type DeviceName, deviceFrom, type OwnCores } from './named.ts';
import { checkCall, required } from './options.ts';
import type { Workbench } from './workbench.ts';

/** What NAM Core's own tool runs; it falls back to the generic path by itself. */
export const benchmodelEngine = 'nam-core-a2fast';

export interface CalibrateRequest extends OwnCores {
  readonly device: DeviceName;
  /** Path of a file: measured cases, or what NAM Core's `benchmodel` printed. */
  readonly measurements: string;
  /** The engine that `benchmodel` output comes from. @default 'nam-core-a2fast' */
  readonly engine?: string | undefined;
  /** Figures of a datasheet that may move, too. @default none */
  readonly fit?: readonly 'clock'[] | undefined;
}

const benchmodelPoints = (
  workbench: Workbench,
  text: string,
  { measurements, engine = benchmodelEngine }: CalibrateRequest,
): CalibrationPoint[] =>
  parseBenchmodel(text, measurements).map((run, i) => {
    const { files } = workbench;
    // The tool ran elsewhere: its path need not exist here, but a model of that name may.
    const isHere = files.exists(files.pathOf(run.modelPath));
    const id = run.modelPath.replace(/^.*[\\/]/, '').replace(/\.nam$/, '');
    const model = workbench.model(isHere ? run.modelPath : id);
    const spec = run.ratio === null ? (widthsOf(model).at(-1)?.label ?? 'full') : String(run.ratio);
    const { network, width } = slim(model, spec);
    return {
      id: `${i + 1} ${model.id} ${width.label}`,
      network,
      engine,
      blockFrames: benchmodelBlockFrames,
      tanh: run.tanh ?? undefined,
      measured: { secondsPerSample: run.secondsPerSample },
    };
  });

const casePoints = (bench: Workbench, device: DeviceProfile, file: string): CalibrationPoint[] => {
  const models = [...bench.models.paths.keys()].map((id) => bench.model(id));
  const find = caseModels(models, bench.costs);
  // Bounds say on which side, not how much.
  const own = bench.cases(file).filter((c) => c.device === device.id && c.bound === 'value');
  return own.map((c) => ({
    id: c.id,
    network: find(c.model, c.width, c.activation).network,
    engine: c.engine,
    blockFrames: c.blockFrames ?? device.chip?.audio.blockFrames.value ?? 64,
    tanh: c.tanh ?? undefined,
    measured: { cyclesPerSample: c.cyclesPerSample },
  }));
};

/**
 * `calibrate` without a pause.
 * @throws StudyError where there is nothing to fit, DeviceError and ModelError for names
 * @example const { profile } = calibrateSync(workbench, { device: 'pi-4', measurements: 'bench.txt' });
 */
export const calibrateSync = (workbench: Workbench, request: CalibrateRequest): CalibrateResult => {
  checkCall(workbench, 'calibrate', request, ['device', 'measurements', 'engine', 'fit', 'cores']);
  const { files, costs } = workbench;
  const device = deviceFrom(workbench, required('calibrate', request.device, 'device'));
  const file = required('calibrate', request.measurements, 'measurements');
  const text = files.readText(files.pathOf(file));
  const points = isBenchmodelOutput(text)
    ? benchmodelPoints(workbench, text, request)
    : casePoints(workbench, device, file);
  const { engines, coreOf } = contextOf(workbench, request.cores);
  return fitProfile({ device, points, engines, coreOf, source: file, fit: request.fit }, costs);
};

/**
 * A profile whose fitted numbers name the measurements, with the errors before and after, in percent. The method is
 * docs/measurements.md: least absolute errors over the few free figures of the profile.
 * @function
 * @throws StudyError where there is nothing to fit, DeviceError and ModelError for names
 * @example const { profile } = await calibrate(workbench, { device: 'pi-4', measurements: 'bench.txt' });
 */
export const calibrate: Verb<CalibrateRequest, CalibrateResult> = inOneStep(calibrateSync);
