/** `pedalbench engines [show ID]`. */
import { engines as allEngines, findEngine } from '../../engine/registry.ts';
import type { Target } from '../../kernel/lowered.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { renderEngine, renderEngines, type ShapeSupport } from '../../report/engines-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import { suggestion } from '../../workbench/suggestion.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { shownId } from '../listing.ts';
import { printJson, styleOf } from '../output.ts';

/** The kinds of core that pedals have; an engine's shapes hang on no more of a target than this. */
const targets: Readonly<Record<string, Target>> = {
  'AArch64 NEON': {
    isa: 'aarch64',
    lanes: 4,
    vectorRegisters: 32,
    tune: 'cortex-a72',
    fma: true,
    fastMath: true,
  },
  'Cortex-M': {
    isa: 'thumb2-vfp',
    lanes: 1,
    vectorRegisters: 32,
    tune: 'cortex-m7',
    fma: true,
    fastMath: true,
  },
  'x86 AVX2': {
    isa: 'x86-avx2',
    lanes: 8,
    vectorRegisters: 16,
    tune: 'haswell',
    fma: true,
    fastMath: true,
  },
};

const shapesOf = (io: Io, id: string): ShapeSupport[] => {
  const engine = findEngine(id);
  if (engine === undefined) {
    const ids = allEngines.map((known) => known.id);
    throw new CliError('not-found', `engine ${id}: unknown. ${suggestion(id, ids, 'engines')}`);
  }
  const { models } = openCatalogues(io);
  return [...models.paths.keys()].flatMap((name) => {
    const model = models.find(name);
    return widthsOf(model).flatMap((width) => {
      const program = compile(slim(model, width).network);
      return Object.entries(targets).map(([target, value]) => {
        const support = engine.supports(program, value);
        return {
          model: name,
          width: width.label,
          target,
          supported: support.supported,
          reason: support.supported ? null : support.reason,
          fallback: support.supported ? null : support.fallback,
        };
      });
    });
  });
};

const plain = (engine: (typeof allEngines)[number]): Readonly<Record<string, unknown>> => ({
  id: engine.id,
  name: engine.name,
  describes: engine.describes,
  sources: engine.sources,
  defaultTanh: engine.defaultTanh,
});

export const engines: Command = {
  usage: '[show ID] [options]',
  examples: [
    ['engines', 'the inference libraries that are modelled'],
    ['engines show nam-core', 'what it describes, its sources, and which shapes it takes'],
  ],
  options: {},
  run: async (args, io) => {
    const id = shownId(args, 'ID');
    if (id === null) {
      if (args.flag('json')) printJson(io, 'engines', { engines: allEngines.map(plain) });
      else io.stdout.write(renderEngines(allEngines, styleOf(args, io)));
      return 0;
    }
    const shapes = shapesOf(io, id);
    // `shapesOf` has refused an unknown id.
    const engine = findEngine(id)!;
    if (args.flag('json')) printJson(io, 'engines', { engines: [{ ...plain(engine), shapes }] });
    else io.stdout.write(renderEngine(engine, shapes, styleOf(args, io)));
    return 0;
  },
};
