/** `pedalbench calibrate DEVICE MEASUREMENTS`: fits a profile to somebody's measurements. */
import { renderCalibrate } from '../../report/calibrate-text.ts';
import { writeWhole } from '../../units/output-file.ts';
import { benchmodelEngine, calibrate as fitProfile } from '../../workbench/calibrate.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { type Command, following } from '../call.ts';

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
  run: async (call) => {
    const [name = '', measurements = ''] = call.words('DEVICE MEASUREMENTS');
    const workbench = openWorkbench(call.io);
    const device = workbench.device(name);
    const engine = call.text('engine');
    const fit = call.has('fit') ? ['clock' as const] : undefined;
    const result = await following(call, 'calibrating', (hooks) =>
      fitProfile(workbench, { device, measurements, engine, fit }, hooks),
    );
    const { accepted, profile } = result;
    const out = call.text('out') ?? `${profile.id}.json`;
    if (accepted) writeWhole(call.path(out), `${JSON.stringify(profile, null, 2)}\n`);
    const body = { ...result, profilePath: accepted ? out : null };
    call.print('calibrate', body, (style) => renderCalibrate(result, out, style));
    return accepted ? 0 : 1;
  },
};
