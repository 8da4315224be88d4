/** `pedalbench devices [show ID]`. */

import { deviceCatalogue, findDevice } from '../../library/find-device.ts';
import { renderDevice, renderDevices } from '../../report/devices-text.ts';
import type { Command } from '../command.ts';
import { shownId } from '../listing.ts';
import { printJson, styleOf } from '../output.ts';

export const devices: Command = {
  usage: '[show ID] [options]',
  examples: [
    ['devices', 'every pedal: its core, clock, block size and the engine that it ships'],
    ['devices show mod-dwarf', 'every figure of one, with its kind and source'],
  ],
  options: {},
  run: async (args, io) => {
    const catalogue = deviceCatalogue(io);
    const id = shownId(args, 'ID');
    if (id === null) {
      const profiles = catalogue.all();
      if (args.flag('json')) printJson(io, 'devices', { devices: profiles });
      else io.stdout.write(renderDevices(profiles, styleOf(args, io)));
      return 0;
    }
    const profile = findDevice(catalogue, io, id);
    if (args.flag('json')) printJson(io, 'devices', { devices: [profile] });
    else io.stdout.write(renderDevice(profile, styleOf(args, io)));
    return 0;
  },
};
