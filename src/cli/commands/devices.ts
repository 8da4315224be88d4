/** `pedalbench devices [show ID | copy FROM ID]`. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseProfile } from '../../device/parse-profile.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import { renderDevice, renderDevices } from '../../report/device-text.ts';
import { type WhatToMeasure, whatToMeasure } from '../../study/explain/what-to-measure.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { spreadFigures } from '../../study/predict/spread.ts';
import { writeWhole } from '../../units/output-file.ts';
import type { Catalogue } from '../../workbench/catalogues.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { predictSync } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Call, Command } from '../call.ts';
import { inputError, usageError } from '../cli-error.ts';
import { shownId } from '../options.ts';

/** Of the width of `a2` whose verdict is nearest to turning. */
const openQuestions = (workbench: Workbench, device: DeviceProfile): WhatToMeasure | null => {
  const away = ({ load, margin }: PredictRow): number =>
    load === null ? Infinity : Math.abs(Math.log(load.expected / (1 - (margin ?? 0))));
  const { rows } = predictSync(workbench, { model: 'a2', device, arrangements: false });
  const [row] = [...rows].sort((a, b) => away(a) - away(b));
  if (row === undefined) return null;
  const width = row.width.label;
  const loadOn = (changed: DeviceProfile): number => {
    const request = { model: 'a2', device: changed, width, arrangements: false };
    return predictSync(workbench, request).rows[0]?.load?.expected ?? 0;
  };
  return whatToMeasure(device, row, loadOn, spreadFigures);
};

/** Writes `devices/ID.json` in the current folder. Evidence is about the product it was found for, and stays there. */
const copyDevice = (catalogue: Catalogue<DeviceProfile>, { io, positionals }: Call) => {
  const [, from, id, ...more] = positionals;
  if (from === undefined || id === undefined || more.length > 0) {
    throw usageError('Expected `devices copy FROM ID`: a device and an id of your own.');
  }
  const source = catalogue.find(from);
  if (source.chip === null) {
    throw inputError(
      source.tier === 'host'
        ? `${from}: ${source.notes?.join(' ')}`
        : `${from}: its chip is not published, so there is nothing to begin with. Copy a class profile.`,
    );
  }
  const path = join('devices', `${id}.json`);
  const full = join(io.cwd, path);
  if (existsSync(full)) {
    throw inputError(`${path}: is already there and stays as it is. Name another id.`);
  }
  const { tier, chip } = source;
  const schema = join(io.packageRoot, 'schemas', 'device.schema.json');
  const $schema = relative(dirname(full), schema).split(sep).join('/');
  const copied = { $schema, id, name: id, tier, chip, evidence: [] };
  const profile = parseProfile(copied, path);
  mkdirSync(dirname(full), { recursive: true });
  writeWhole(full, `${JSON.stringify(copied, null, 2)}\n`);
  return { path, profile };
};

export const devices: Command = {
  usage: '[show ID | copy FROM ID] [options]',
  examples: [
    ['devices', 'every pedal: its core, clock, block size and the engine that it ships'],
    ['devices show mod-dwarf', 'every figure of one, with its kind and source'],
    ['devices copy class-a53-1500 my-pedal', 'begins devices/my-pedal.json, a profile of your own'],
  ],
  options: {},
  run: async (call) => {
    const catalogue = openCatalogues(call.io).devices;
    if (call.positionals[0] === 'copy') {
      const { path, profile } = copyDevice(catalogue, call);
      call.print('devices', { devices: [profile], path }, () => '');
      call.note(
        `${path}: written. Replace what your datasheet says: clock, caches, memory, block. Then: pedalbench predict a2 --device ${profile.id}`,
      );
      return 0;
    }
    const id = shownId(call, 'ID');
    if (id === undefined) {
      const profiles = catalogue.all();
      call.print('devices', { devices: profiles }, (style) => renderDevices(profiles, style));
      return 0;
    }
    const profile = catalogue.find(id);
    const open = openQuestions(openWorkbench(call.io), profile);
    call.print('devices', { devices: [profile], open }, (style) =>
      renderDevice(profile, open, style),
    );
    return 0;
  },
};
