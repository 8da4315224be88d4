/** `pedalbench tui`: the headroom of every width on every pedal, live, in a terminal. */

import { tool } from '../../library/package-info.ts';
import { foldersOf } from '../../library/places.ts';
import { devicesIn, filesIn } from '../../tui/catalogue.ts';
import { initialState, type ModelEntry, type State } from '../../tui/state.ts';
import type { ScreenPlaces } from '../../workers/screen/task.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { breathe, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';

const defaultModel = 'a2';

interface Start {
  readonly state: State;
  /** Models by the name that workers use. */
  readonly models: ScreenPlaces['files']['models'];
}

/** Files that were named and lie in no `models` folder are checked before the screen opens. */
const namedModels = async (args: Args, io: Io, listed: ReadonlyMap<string, string>) => {
  const files = args.positionals.filter((name) => !listed.has(name));
  if (files.length === 0) return [];
  const { findModel } = await import('../../library/find-model.ts');
  const { pathFrom } = await import('../../library/places.ts');
  return files.map((name): readonly [string, { path: string; shown: string }] => {
    const { origin } = findModel(io, name);
    return [name, { path: pathFrom(io, name), shown: origin }];
  });
};

const startOf = async (args: Args, io: Io): Promise<Start> => {
  const listed = filesIn(foldersOf(io, 'models'), '.nam');
  const models = new Map<string, { readonly path: string; readonly shown: string }>();
  for (const [id, path] of listed) models.set(id, { path, shown: path });
  for (const [name, place] of await namedModels(args, io, listed)) models.set(name, place);
  const entries: ModelEntry[] = [...models].map(([id, { shown }]) => ({ id, shown }));
  const [model = models.has(defaultModel) ? defaultModel : entries[0]?.id, second] =
    args.positionals;
  if (model === undefined) throw new CliError('not-found', 'Expected a model: there is none here.');
  let devices = devicesIn(foldersOf(io, 'devices'));
  const asked = args.text('device');
  if (asked !== null && !devices.some(({ id }) => id === asked)) {
    const { deviceCatalogue, findDevice } = await import('../../library/find-device.ts');
    const { chip, name, tier } = findDevice(deviceCatalogue(io), io, asked);
    const { audioClusterOf } = await import('../../device/audio-cluster.ts');
    devices = [
      {
        id: asked,
        name,
        tier,
        hasChip: chip !== null,
        blockFrames: chip?.audio.blockFrames.value ?? null,
        clockHz: chip === null ? null : audioClusterOf(chip).clockHz.value,
      },
      ...devices,
    ];
  }
  const state = initialState(
    { devices, models: entries, engines: [], scenarios: [] },
    {
      model,
      ...(second === undefined ? {} : { second }),
      ...(asked === null ? {} : { device: asked }),
    },
  );
  return { state, models: Object.fromEntries(models) };
};

const placesOf = async (io: Io, models: Start['models']): Promise<ScreenPlaces> => {
  const { measuredPairs } = await import('../../library/measured.ts');
  return {
    files: {
      folder: io.cwd,
      deviceFolders: foldersOf(io, 'devices'),
      coreFolders: foldersOf(io, 'cores'),
      models,
    },
    measured: measuredPairs(io),
  };
};

/** What the first paint does not show. */
const restOfCatalogue = async (
  io: Io,
): Promise<Pick<State['catalogue'], 'engines' | 'scenarios'>> => {
  const { engines } = await import('../../engine/registry.ts');
  const { findScenario, scenarioPaths } = await import('../../library/find-scenario.ts');
  return {
    engines: engines.map(({ id }) => id),
    scenarios: [...scenarioPaths(io).keys()].map((id) => {
      try {
        const { jobs } = findScenario(io, id);
        return { id, title: jobs[0]?.scenario.title ?? id, jobs, fault: null };
      } catch (error) {
        return { id, title: id, jobs: [], fault: (error as Error).message };
      }
    }),
  };
};

const printOnce = async (args: Args, io: Io, { state, models }: Start): Promise<void> => {
  const { openDesk } = await import('../../workers/screen/answers.ts');
  const { answerAll, renderOnce } = await import('../../tui/print-once.ts');
  const desk = openDesk(await placesOf(io, models));
  const progress = new Progress(args, io, 'predicting');
  try {
    const answered = await answerAll(state, desk, async (share) => {
      progress.update(share);
      await breathe(io);
    });
    progress.end();
    const { columns, color, ascii } = styleOf(args, io);
    const view = { cols: Math.max(60, columns), color, ascii: ascii || args.flag('ascii') };
    io.stdout.write(renderOnce(answered, view));
  } finally {
    progress.end();
  }
};

export const tui: Command = {
  usage: '[MODEL...] [options]',
  examples: [
    ['tui', 'every pedal and every width of a2, live; keys are at the foot of the screen'],
    ['tui a1-standard --device mod-dwarf', 'one pedal'],
    ['tui --once', 'the first screen as text'],
  ],
  options: {
    device: { value: 'ID', help: 'open on this pedal' },
    once: { help: 'print the first screen as text and end, as without a terminal' },
    ascii: { help: 'no characters beyond ASCII' },
  },
  notes: ['? lists the keys. Without a terminal, and with TERM=dumb, it prints once.'],
  run: async (args, io) => {
    if (args.flag('json')) {
      throw new CliError(
        'usage',
        '--json: the screen has none; `pedalbench predict --json` has its numbers, and x exports a view.',
      );
    }
    const start = await startOf(args, io);
    const terminal = io.stdout.isTTY && process.stdin.isTTY === true && io.env.TERM !== 'dumb';
    if (args.flag('once') || !terminal) {
      await printOnce(args, io, start);
      return 0;
    }
    const { runTui } = await import('../../tui/run-tui.ts');
    const { color, ascii } = styleOf(args, io);
    return await runTui(start.state, {
      color,
      ascii: ascii || args.flag('ascii'),
      term: io.env.TERM ?? '',
      folder: io.cwd,
      tool,
      signal: io.signal,
      places: () => placesOf(io, start.models),
      catalogue: () => restOfCatalogue(io),
    });
  },
};
