/** `pedalbench tui`: the headroom of every width on every pedal, live, in a terminal. */
import { basename } from 'node:path';
import { deviceEntry, devicesIn, filesIn } from '../../tui/catalogue.ts';
import { initialState, type ModelEntry, type State } from '../../tui/state.ts';
import type { Catalogues } from '../../workbench/catalogues.ts';
import { foldersOf } from '../../workbench/places.ts';
import { readMachine } from '../../workbench/read-machine.ts';
import { type Call, type Command, during } from '../call.ts';
import { notFound, usageError } from '../cli-error.ts';
import type { Io } from '../io.ts';

const defaultModel = 'a2';

/** The first paint does not wait for what reads whole files. */
const cataloguesOf = async (io: Io): Promise<Catalogues> =>
  (await import('../../workbench/open-catalogues.ts')).openCatalogues(io);

/** Files that were named and lie in no `models` folder are checked before the screen opens. */
const namedModels = async ({ io, positionals }: Call, listed: ReadonlyMap<string, string>) => {
  const files = positionals.filter((name) => !listed.has(name));
  if (files.length === 0) return [];
  const catalogues = await cataloguesOf(io);
  return files.map((id) => ({ id, shown: catalogues.model(id).origin }));
};

/** Captures in the current folder; what is named on the command line is there already. */
const filesHere = (folder: string, named: readonly string[]): readonly ModelEntry[] =>
  [...filesIn([folder], '.nam').keys()]
    .map((name) => ({ id: `${name}.nam`, shown: `${name}.nam` }))
    .filter(({ id }) => !named.includes(id));

const startOf = async (call: Call): Promise<State> => {
  const { io, positionals } = call;
  const listed = filesIn(foldersOf(io, 'models'), '.nam');
  const models: readonly ModelEntry[] = [
    ...[...listed].map(([id, shown]) => ({ id, shown })),
    ...(await namedModels(call, listed)),
    ...filesHere(io.cwd, positionals),
  ];
  const usual = models.find(({ id }) => id === defaultModel) ?? models[0];
  const [model = usual?.id, second] = positionals;
  if (model === undefined) throw notFound('Expected a model: there is none here.');
  let devices = devicesIn(foldersOf(io, 'devices'));
  const asked = call.text('device');
  if (asked !== undefined && !devices.some(({ id }) => id === asked)) {
    devices = [deviceEntry(asked, (await cataloguesOf(io)).device(asked)), ...devices];
  }
  const sounds = [...filesIn([io.cwd], '.wav').values()].map((path) => basename(path));
  const catalogue = { devices, models, sounds, engines: [], scenarios: [] };
  return initialState(catalogue, { model, second, device: asked });
};

/** What the first paint does not show. */
const restOfCatalogue = async (io: Io) => {
  const { engines } = await import('../../engine/registry.ts');
  const catalogues = await cataloguesOf(io);
  return {
    engines: engines.map(({ id }) => id),
    scenarios: [...catalogues.scenarioPaths.keys()].map((id) => {
      try {
        const { jobs } = catalogues.scenario(id);
        return { id, title: jobs[0]?.scenario.title ?? id, jobs, fault: null };
      } catch (error) {
        return { id, title: id, jobs: [], fault: (error as Error).message };
      }
    }),
  };
};

const printOnce = async (call: Call, state: State): Promise<void> => {
  const { openWorkbench } = await import('../../workbench/open-workbench.ts');
  const { answerAll, renderOnce } = await import('../../tui/print-once.ts');
  const answered = await during(call, 'predicting', ({ step }) =>
    answerAll(state, openWorkbench(call.io), step),
  );
  const { columns, color, ascii } = call.style;
  const view = { cols: Math.max(60, columns), color, ascii: ascii || call.flag('ascii') };
  call.io.stdout.write(renderOnce(answered, view));
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
  run: async (call) => {
    if (call.flag('json')) {
      const message =
        '--json: the screen has none; `pedalbench predict --json` has its numbers, and x exports a view.';
      throw usageError(message);
    }
    const { io } = call;
    const start = await startOf(call);
    const terminal = io.stdout.isTTY && process.stdin.isTTY === true && io.env.TERM !== 'dumb';
    if (call.flag('once') || !terminal) {
      await printOnce(call, start);
      return 0;
    }
    const { runTui } = await import('../../tui/run-tui.ts');
    const { color, ascii } = call.style;
    return await runTui(start, {
      color,
      ascii: ascii || call.flag('ascii'),
      term: io.env.TERM ?? '',
      signal: io.signal,
      places: { cwd: io.cwd, packageRoot: io.packageRoot, machine: io.machine ?? readMachine() },
      catalogue: () => restOfCatalogue(io),
    });
  },
};
