/** `pedalbench devices [show ID | copy FROM ID]`. */

import { renderDevice, renderDevices } from '../../report/devices-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../command.ts';
import { copyDevice } from '../copy-device.ts';
import { shownId } from '../listing.ts';
import { note, printJson, styleOf } from '../output.ts';

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
    if (args.flag('json')) printJson(io, 'devices', { devices: [profile] });
    else io.stdout.write(renderDevice(profile, styleOf(args, io)));
    return 0;
  },
};
