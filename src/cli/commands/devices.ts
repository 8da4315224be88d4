/** `pedalbench devices [show ID | copy FROM ID]`. */

import type { DeviceProfile } from '../../device/profile.ts';
import { renderDevice } from '../../report/device-text.ts';
import { renderDevices } from '../../report/devices-text.ts';
import { type WhatToMeasure, whatToMeasure } from '../../study/explain/what-to-measure.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { spreadFigures } from '../../study/predict/spread-figures.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { predictSync } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Command } from '../command.ts';
import { copyDevice } from '../copy-device.ts';
import { shownId } from '../listing.ts';
import { note, printJson, styleOf } from '../output.ts';

/** Of the width of `a2` whose verdict is nearest to turning. */
const openQuestions = (workbench: Workbench, device: DeviceProfile): WhatToMeasure | null => {
  const away = ({ load, margin }: PredictRow): number =>
    load === null ? Infinity : Math.abs(Math.log(load.expected / (1 - (margin ?? 0))));
  const { rows } = predictSync(workbench, { model: 'a2', device });
  const [row] = [...rows].sort((a, b) => away(a) - away(b));
  if (row === undefined) return null;
  const width = row.width.label;
  const loadOn = (changed: DeviceProfile): number =>
    predictSync(workbench, { model: 'a2', device: changed, width }).rows[0]?.load?.expected ?? 0;
  return whatToMeasure(device, row, loadOn, spreadFigures);
};

export const devices: Command = {
  usage: '[show ID | copy FROM ID] [options]',
  examples: [
    ['devices', 'every pedal: its core, clock, block size and the engine that it ships'],
    ['devices show mod-dwarf', 'every figure of one, with its kind and source'],
    ['devices copy class-a53-1500 my-pedal', 'begins devices/my-pedal.json, a profile of your own'],
  ],
  options: {},
  run: async (args, io) => {
    const catalogue = openCatalogues(io).devices;
    if (args.positionals[0] === 'copy') {
      const { path, profile } = copyDevice(catalogue, args, io);
      if (args.flag('json')) printJson(io, 'devices', { devices: [profile], path });
      note(
        args,
        io,
        `${path}: written. Replace what your datasheet says: clock, caches, memory, block. Then: pedalbench predict a2 --device ${profile.id}`,
      );
      return 0;
    }
    const id = shownId(args, 'ID');
    if (id === null) {
      const profiles = catalogue.all();
      if (args.flag('json')) printJson(io, 'devices', { devices: profiles });
      else io.stdout.write(renderDevices(profiles, styleOf(args, io)));
      return 0;
    }
    const profile = catalogue.find(id);
    const open = openQuestions(openWorkbench(io), profile);
    if (args.flag('json')) printJson(io, 'devices', { devices: [profile], open });
    else io.stdout.write(renderDevice(profile, open, styleOf(args, io)));
    return 0;
  },
};
