/** `pedalbench engines [show ID]`. */
import { suggestion } from '../../device/nearest.ts';
import type { Engine } from '../../engine/engine.ts';
import { engines as allEngines, findEngine } from '../../engine/registry.ts';
import type { Target } from '../../kernel/lowered.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { renderEngine, renderEngines, type ShapeSupport } from '../../report/listings-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../call.ts';
import { notFound } from '../cli-error.ts';
import type { Io } from '../io.ts';
import { shownId } from '../options.ts';

const fast = { fma: true, fastMath: true };

/** The kinds of core that pedals have; an engine's shapes hang on no more of a target than this. */
const targets: readonly (readonly [string, Target])[] = [
  ['AArch64 NEON', { isa: 'aarch64', lanes: 4, vectorRegisters: 32, tune: 'cortex-a72', ...fast }],
  ['Cortex-M', { isa: 'thumb2-vfp', lanes: 1, vectorRegisters: 32, tune: 'cortex-m7', ...fast }],
  ['x86 AVX2', { isa: 'x86-avx2', lanes: 8, vectorRegisters: 16, tune: 'haswell', ...fast }],
];

const shapesOf = (io: Io, engine: Engine): ShapeSupport[] => {
  const { models } = openCatalogues(io);
  return [...models.paths.keys()].flatMap((name) => {
    const model = models.find(name);
    return widthsOf(model).flatMap((width) => {
      const program = compile(slim(model, width).network);
      return targets.map(([target, value]) => {
        const asked = { model: name, width: width.label, target, reason: null, fallback: null };
        return { ...asked, ...engine.supports(program, value) };
      });
    });
  });
};

const plain = ({ id, name, describes, sources, defaultTanh }: Engine) => {
  return { id, name, describes, sources, defaultTanh };
};

export const engines: Command = {
  usage: '[show ID] [options]',
  examples: [
    ['engines', 'the inference libraries that are modelled'],
    ['engines show nam-core', 'what it describes, its sources, and which shapes it takes'],
  ],
  options: {},
  run: async (call) => {
    const id = shownId(call, 'ID');
    if (id === undefined) {
      call.print('engines', { engines: allEngines.map(plain) }, (style) =>
        renderEngines(allEngines, style),
      );
      return 0;
    }
    const engine = findEngine(id);
    if (engine === undefined) {
      const ids = allEngines.map((known) => known.id);
      throw notFound(`engine ${id}: unknown. ${suggestion(id, ids, 'engines')}`);
    }
    const shapes = shapesOf(call.io, engine);
    call.print('engines', { engines: [{ ...plain(engine), shapes }] }, (style) =>
      renderEngine(engine, shapes, style),
    );
    return 0;
  },
};
