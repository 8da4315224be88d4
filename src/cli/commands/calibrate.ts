/** `pedalbench calibrate DEVICE MEASUREMENTS`: fits a profile to somebody's measurements. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { DeviceProfile } from '../../device/profile.ts';
import { engines } from '../../engine/registry.ts';
import { coreCatalogue } from '../../library/catalogues.ts';
import { deviceCatalogue, findDevice } from '../../library/find-device.ts';
import { findModel, modelPaths } from '../../library/find-model.ts';
import { readCases } from '../../library/measured.ts';
import { pathFrom } from '../../library/places.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { renderCalibrate } from '../../report/calibrate-text.ts';
import {
  benchmodelBlockFrames,
  isBenchmodelOutput,
  parseBenchmodel,
} from '../../study/calibrate/benchmodel.ts';
import { type CalibrationPoint, calibrate as fitProfile } from '../../study/calibrate/calibrate.ts';
import { CostBook } from '../../study/cost/cost-cache.ts';
import { CaseModels } from '../../study/validate/models.ts';
import { readText } from '../../units/read-text.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { printJson, styleOf } from '../output.ts';
import { writeWhole } from '../write-file.ts';

/** What NAM Core's own tool runs; it falls back to the generic path by itself. */
const benchmodelEngine = 'nam-core-a2fast';

const benchmodelPoints = (args: Args, io: Io, text: string, file: string): CalibrationPoint[] =>
  parseBenchmodel(text, file).map((run, i) => {
    // The tool ran elsewhere: its path need not exist here, but a model of that name may.
    const here = existsSync(pathFrom(io, run.modelPath));
    const model = findModel(io, here ? run.modelPath : basename(run.modelPath, '.nam'));
    const spec = run.ratio === null ? (widthsOf(model).at(-1)?.label ?? 'full') : String(run.ratio);
    const { network, width } = slim(model, spec);
    return {
      id: `${i + 1} ${model.id} ${width.label}`,
      network,
      engine: args.text('engine') ?? benchmodelEngine,
      blockFrames: benchmodelBlockFrames,
      tanh: run.tanh ?? undefined,
      measured: { secondsPerSample: run.secondsPerSample },
    };
  });

const casePoints = (
  io: Io,
  device: DeviceProfile,
  file: string,
  book: CostBook,
): CalibrationPoint[] => {
  const models = [...modelPaths(io).keys()].map((id) => findModel(io, id));
  const named = new CaseModels(models, book);
  // Bounds say on which side, not how much.
  const own = readCases(io, file).filter((c) => c.device === device.id && c.bound === 'value');
  return own.map((c) => ({
    id: c.id,
    network: named.find(c.model, c.width, c.activation).network,
    engine: c.engine,
    blockFrames: c.blockFrames ?? device.chip?.audio.blockFrames.value ?? 64,
    tanh: c.tanh ?? undefined,
    measured: { cyclesPerSample: c.cyclesPerSample },
  }));
};

export const calibrate: Command = {
  usage: 'DEVICE MEASUREMENTS [--out FILE] [options]',
  examples: [
    ['calibrate pi-4 benchmodel.txt', "from the output of NAM Core's benchmodel, as it is"],
    ['calibrate my-pedal.json cases.json --out fitted.json', 'from measured cases'],
  ],
  options: {
    out: { value: 'FILE', help: 'the new profile (default: ID.calibrated.json here)' },
    engine: {
      value: 'ID',
      help: `the engine that benchmodel output comes from (default: ${benchmodelEngine})`,
    },
  },
  notes: [
    "Only the clock, the host's time per block and the memory's latency within its published interval move. Measured cases have the form of data/measurements.json; those of this device are taken.",
  ],
  run: async (args, io) => {
    const [name, file, ...more] = args.positionals;
    if (name === undefined || file === undefined || more.length > 0) {
      throw new CliError(
        'usage',
        `Expected DEVICE MEASUREMENTS, got ${args.positionals.length} words.`,
      );
    }
    const device = findDevice(deviceCatalogue(io), io, name);
    const text = readText(pathFrom(io, file));
    const cores = coreCatalogue(io);
    const book = new CostBook();
    const points = isBenchmodelOutput(text)
      ? benchmodelPoints(args, io, text, file)
      : casePoints(io, device, file, book);
    const result = fitProfile(
      { device, points, engines, coreOf: (id) => cores.find(id), source: file },
      book,
    );
    const out = args.text('out') ?? `${device.id}.calibrated.json`;
    writeWhole(pathFrom(io, out), `${JSON.stringify(result.profile, null, 2)}\n`);
    if (args.flag('json')) printJson(io, 'calibrate', { ...result, profilePath: out });
    else io.stdout.write(renderCalibrate(result, out, styleOf(args, io)));
    return 0;
  },
};
