/** Every page that a command writes, made small: the commands themselves, on inputs that take no time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/workbench/package-info.ts';
import { pedalbench } from '../../cli/fake-io.ts';
import { noise, writeWav } from '../../cli/wav-files.ts';

const writeJson = (path: string, value: unknown): string => {
  writeFileSync(path, JSON.stringify(value));
  return path;
};

/** A second in which everything happens that the picture of a run can show. */
const scenario = {
  title: 'Widths change',
  device: 'mod-dwarf',
  slots: [
    { name: 'amp', model: 'a2', width: 'lite' },
    { name: 'a cabinet with a long name', model: 'a1-nano' },
  ],
  audio: { signal: 'plucks' },
  durationSeconds: 1,
  events: [
    { atSeconds: 0.3, slot: 'amp', width: 'full' },
    { atSeconds: 0.5, slot: 'amp', width: 'lite' },
    { atSeconds: 0.9, slot: 'amp', width: 'full', place: 'audio-thread' },
  ],
};

const budgets = {
  budgets: [
    { name: 'lite', model: 'a2', width: 'lite', device: 'pi-4', metric: 'load', max: 0.5 },
    {
      name: 'a budget that does not hold & has a name longer than a chart is wide',
      model: 'a2',
      width: 'lite',
      device: 'pi-4',
      metric: 'cyclesPerSample',
      max: 500,
    },
  ],
};

/** Measurements that take few predictions. */
const few = ['m001', 'm009', 'm044', 'm085'];

/** Writes the pages into the folder; the names of the pages and their files. */
export const writeEveryPage = async (
  folder: string,
): Promise<readonly (readonly [string, string])[]> => {
  const audio = writeWav(join(folder, 'noise.wav'), noise(4800));
  const run = writeJson(join(folder, 'scenario.json'), scenario);
  const held = writeJson(join(folder, 'budgets.json'), budgets);
  const measured = JSON.parse(
    readFileSync(join(packageRoot, 'data', 'measurements.json'), 'utf8'),
  ) as { cases: { id: string }[] };
  const cases = writeJson(join(folder, 'cases.json'), {
    cases: measured.cases.filter(({ id }) => few.includes(id)),
  });
  const past = join(folder, 'history.jsonl');
  const lines: Readonly<Record<string, string>> = {
    predict: `predict slim-8 --device rp2350,tonex-one --copies 1,2 --audio ${audio}`,
    explain: 'explain a2 --device mod-dwarf --width lite',
    'explain --diff': 'explain a1-nano --device pi-4 --diff mod-dwarf,class-m7-480',
    advise: 'advise a1-nano --device pi-4',
    'advise --widths': 'advise slim-8 --widths --device class-m7-480:2,class-m7-480:1',
    run: `run ${run} --workers 1`,
    'check before': `check ${held} --history ${past}`,
    check: `check ${held} --history ${past}`,
    'report history': `report history ${past}`,
    validate: `validate --cases ${cases}`,
  };
  const pages: (readonly [string, string])[] = [];
  const before = { 'a2 · lite · pi-4 · auto · block 64 · load': 0.04 };
  writeFileSync(
    past,
    `${JSON.stringify({ at: 'before', date: null, version: '0', cases: before })}\n`,
  );
  for (const [name, line] of Object.entries(lines)) {
    const file = join(folder, `${name.replaceAll(' ', '')}.html`);
    const { code, stderr } = await pedalbench(`${line} --quiet --html ${file}`);
    if (code === 2) throw new Error(`${line}: ${stderr}`);
    pages.push([name, file]);
  }
  return pages;
};
