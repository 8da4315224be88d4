/** `pedalbench calibrate DEVICE MEASUREMENTS`: fits a profile to somebody's measurements. */
import { renderCalibrate } from '../../report/calibrate-text.ts';
import { writeWhole } from '../../units/output-file.ts';
import { benchmodelEngine, calibrate as fitProfile } from '../../workbench/calibrate.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { pathFrom } from '../../workbench/places.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { printJson, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';

export const calibrate: Command = {
  usage: 'DEVICE MEASUREMENTS [--out FILE] [options]',
  examples: [
    ['calibrate pi-4 benchmodel.txt', "from the output of NAM Core's benchmodel, as it is"],
    ['calibrate my-pedal.json cases.json --out fitted.json', 'from measured cases'],
  ],
  options: {
    out: { value: 'FILE', help: 'the new profile (default: ID-calibrated.json here)' },
    engine: {
      value: 'ID',
      help: `the engine that benchmodel output comes from (default: ${benchmodelEngine})`,
    },
    fit: {
      value: 'clock',
      help: 'lets a figure of a datasheet move within its low and high',
      choices: ['clock'],
    },
  },
  notes: [
    "Ends with 1, and writes nothing, where the fit does not come within 25 % of every measurement. Only the clock, the host's time per block and the memory's latency within its published interval move; a datasheet's clock with --fit clock, and no figure beyond its low and high. Measured cases have the form of data/measurements.json; those of this device are taken.",
  ],
  run: async (args, io) => {
    const [name, file, ...more] = args.positionals;
    if (name === undefined || file === undefined || more.length > 0) {
      throw new CliError(
        'usage',
        `Expected DEVICE MEASUREMENTS, got ${args.positionals.length} words.`,
      );
    }
    const workbench = openWorkbench(io);
    const device = workbench.device(name);
    const result = await new Progress(args, io, 'calibrating').of((hooks) =>
      fitProfile(
        workbench,
        {
          device,
          measurements: file,
          engine: args.text('engine') ?? undefined,
          fit: args.has('fit') ? ['clock'] : undefined,
        },
        hooks,
      ),
    );
    const out = args.text('out') ?? `${result.profile.id}.json`;
    if (result.accepted)
      writeWhole(pathFrom(io, out), `${JSON.stringify(result.profile, null, 2)}\n`);
    if (args.flag('json'))
      printJson(io, 'calibrate', { ...result, profilePath: result.accepted ? out : null });
    else io.stdout.write(renderCalibrate(result, out, styleOf(args, io)));
    return result.accepted ? 0 : 1;
  },
};
