/** `pedalbench bench [MODEL...]`: how quick this host is, beside NAM Core in WebAssembly. */
import { createExecutor, type Executor } from '../../execute/index.ts';
import { compileProgram } from '../../execute/wasm/wasm-executor.ts';
import type { Model, Width } from '../../nam/model.ts';
import { parseModel } from '../../nam/parse-model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { type BenchRow, renderBench } from '../../report/bench-text.ts';
import { quantile } from '../../study/validate/error-summary.ts';
import { readText } from '../../units/read-text.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { predict } from '../../workbench/predict.ts';
import { type Call, type Command, during } from '../call.ts';
import type { Io } from '../io.ts';
import { type NamWasm, openNamWasm, textOfWidth } from '../nam-wasm.ts';

const blockFrames = 64;
const sampleRateHz = 48_000;
/** Compilers of the host have seen enough after this much. */
const warmUpMilliseconds = 500;
/** Shorter than a busy host's time slices, so that most rounds run undisturbed. */
const roundMilliseconds = 3;

/** The shapes that people run. */
const defaultModel = 'a2';
const defaultModels = [defaultModel, 'a1-standard', 'a1-feather', 'a1-nano'];

interface Contestant {
  readonly executor: BenchRow['executor'];
  readonly instance: Executor;
  /** Blocks of one round. */
  blocks: number;
  readonly nsPerSample: number[];
}

/** A loud chord, the same in every run. */
const testBlock = (): Float32Array =>
  Float32Array.from(
    { length: blockFrames },
    (_, i) => 0.4 * Math.sin(i * 0.05) + 0.3 * Math.sin(i * 0.31),
  );

/** Milliseconds that a round takes. */
const play = (io: Io, { instance, blocks }: Contestant): number => {
  const input = testBlock();
  const output = new Float32Array(blockFrames);
  const start = io.now();
  for (let i = 0; i < blocks; i++) instance.process(input, output, blockFrames);
  return io.now() - start;
};

/** In turns, so that what disturbs the host disturbs all alike. */
const race = (io: Io, contestants: readonly Contestant[], rounds: number): void => {
  for (const contestant of contestants) {
    for (let spent = 0; spent < warmUpMilliseconds; ) {
      const took = play(io, contestant);
      spent += took;
      contestant.blocks = Math.max(1, Math.ceil((contestant.blocks * roundMilliseconds) / took));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const took = play(io, contestant);
      contestant.nsPerSample.push((1e6 * took) / (contestant.blocks * blockFrames));
    }
  }
};

type Case = Readonly<{ model: Model; width: Width; path: string }>;

/** Everything that a player does before it can play, from the file on. */
const compileRow = (io: Io, { path, model, width }: Case) => {
  const start = io.now();
  const read = parseModel(readText(path), path);
  const executor = createExecutor(slim(read, width.label).network);
  executor.process(testBlock(), new Float32Array(blockFrames), blockFrames);
  const first = io.now();
  const program = compile(slim(model, width).network);
  const before = io.now();
  const { bytes } = compileProgram(program, { tanh: 'libm' });
  return {
    model: model.id,
    width: width.label,
    moduleBytes: bytes.length,
    compileMilliseconds: io.now() - before,
    firstBlockMilliseconds: first - start,
  };
};

/** On a workbench of their own: of an earlier call only kernels are remembered, which hang on their names. */
const predictions = async (io: Io, model: Model) => {
  const workbench = openWorkbench(io);
  const devices = workbench.devices.all();
  for (const id of workbench.cores.ids) workbench.core(id);
  const start = io.now();
  const { rows } = await predict(workbench, { models: model, devices, copies: [1, 2] });
  return { rows: rows.length, seconds: (io.now() - start) / 1000 };
};

/** All executors that can play it, in turns. */
const raceOf = (io: Io, peer: NamWasm | null, rounds: number, { model, width, path }: Case) => {
  const program = compile(slim(model, width).network);
  const contestant = (executor: BenchRow['executor'], instance: Executor): Contestant => ({
    ...{ executor, instance, blocks: 1, nsPerSample: [] },
  });
  const own = (['wasm', 'reference'] as const).map((executor) =>
    contestant(executor, createExecutor(program, { executor })),
  );
  const text = textOfWidth(model, width, readText(path));
  const instance = text === null ? null : peer?.load(text, sampleRateHz);
  const contestants = instance ? [...own, contestant('nam-wasm', instance)] : own;
  race(io, contestants, rounds);
  return contestants.map(({ executor, nsPerSample }): BenchRow => {
    const ns = quantile(nsPerSample, 0.5) ?? Number.NaN;
    return {
      ...{ model: model.id, width: width.label, executor, nsPerSample: ns },
      bestNsPerSample: Math.min(...nsPerSample),
      timesRealTime: 1e9 / (sampleRateHz * ns),
    };
  });
};

const measureHost = async (call: Call) => {
  const { io, positionals } = call;
  const [name = defaultModel, ...others] = positionals.length > 0 ? positionals : defaultModels;
  const rounds = call.number('rounds') ?? 41;
  const workbench = openWorkbench(io);
  const model = workbench.model(name);
  const cases = [name, ...others].flatMap((each) => {
    const path = workbench.models.paths.get(each) ?? workbench.files.pathOf(each);
    const own = workbench.model(each);
    return widthsOf(own).map((width): Case => ({ model: own, width, path }));
  });
  // First what hangs on a fresh process: nothing is compiled or cached yet.
  const cold = await predictions(io, model);
  const compiled = cases.map((one) => compileRow(io, one));
  const peer = await openNamWasm();
  const rows: BenchRow[] = [];
  await during(call, 'bench', async ({ step }) => {
    for (const [i, one] of cases.entries()) {
      rows.push(...raceOf(io, peer, rounds, one));
      await step((i + 1) / cases.length);
    }
  });
  const again = await predictions(io, model);
  return {
    ...{ blockFrames, sampleRateHz, rounds, rows, compile: compiled },
    predictions: { model: model.id, ...cold, againSeconds: again.seconds },
  };
};

export const bench: Command = {
  usage: '[MODEL...] [options]',
  examples: [
    ['bench', 'the common shapes on every executor'],
    ['bench my.nam --json', 'a file of yours, as one document'],
  ],
  options: {
    rounds: {
      ...{ value: 'N', whole: [1, 1000] },
      help: 'rounds of which the medians are taken (default: 41)',
    },
  },
  notes: [
    'Executors take turns, so that what disturbs the host disturbs all alike. nam-wasm is NAM Core in scalar WebAssembly (@opendaw/nam-wasm), shown where it is installed.',
  ],
  run: async (call) => {
    const result = await measureHost(call);
    call.print('bench', result, (style) => renderBench(result, style));
    return 0;
  },
};
