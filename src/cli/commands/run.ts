/** `pedalbench run SCENARIO...`: virtual pedals play, and every block is held against its deadline. */
import { runPage } from '../../report/html/run-page.ts';
import { renderLive, renderRuns } from '../../report/run-text.ts';
import { type InputKeys, type Part, partOf, type Shard } from '../../study/parts/part.ts';
import type { LiveResult } from '../../study/simulate/live-result.ts';
import { resolveJob } from '../../study/simulate/resolve.ts';
import type { RunDocument } from '../../study/simulate/run-result.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { tool } from '../../workbench/package-info.ts';
import { type Places, pathFrom } from '../../workbench/places.ts';
import { readMachine } from '../../workbench/read-machine.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { liveWorkerFile } from '../../workers/live.ts';
import type { LiveTask } from '../../workers/live-worker.ts';
import { runJobs } from '../../workers/run-jobs.ts';
import { inputsKey } from '../../workers/sweep/inputs.ts';
import { runSweep } from '../../workers/sweep/run-sweep.ts';
import { type NumberedJob, numberJobs, shardOf } from '../../workers/sweep/shard.ts';
import { defaultWorkers } from '../../workers/threads.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import type { ExitCode, Io } from '../io.ts';
import { breathe, printJson, styleOf, warn } from '../output.ts';
import { Progress } from '../progress.ts';
import { documentPieces, headOf, jsonlOption, RowOutput } from '../row-output.ts';
import { inputKeysOf, namedByJobs, shardFrom, shardOption } from '../shard-option.ts';

const defaultTimeoutSeconds = 600;
const defaultMemoryMegabytes = 1024;

const placesOf = ({ cwd, packageRoot, machine = readMachine() }: Io): Places => ({
  cwd,
  packageRoot,
  machine,
});

/** Finds every fault of every scenario before anything runs. */
const checkJobs = async (
  args: Args,
  io: Io,
  jobs: readonly NumberedJob[],
  workbench: Workbench,
): Promise<void> => {
  const told = new Set<string>();
  for (const job of jobs) {
    const { warnings } = resolveJob(job, workbench, workbench.costs);
    for (const warning of warnings) {
      const text = `${job.name}: ${warning}`;
      if (!told.has(text)) warn(args, io, text);
      told.add(text);
    }
    if (job.index % 32 === 0) await breathe(io);
  }
};

/** What `--json` prints, for the folder of the results. */
export const documentText = (document: RunDocument & { part?: Part }): string =>
  [...documentPieces({ ...headOf('run'), ...document })].join('');

const sealedRun = ({ runs, ...rest }: RunDocument, shard: Shard, inputs: InputKeys): Part =>
  partOf(shard, inputs, runs, { ...headOf('run'), ...rest });

export const exitCodeOf = ({ interrupted, failed, runs }: RunDocument): ExitCode => {
  if (interrupted) return 130;
  if (failed.length > 0) return 3;
  return runs.every((run) => run.passed) ? 0 : 1;
};

/** One after the other: two at once would measure each other. */
const runLive = async (args: Args, io: Io, jobs: readonly NumberedJob[]): Promise<ExitCode> => {
  if (args.has('out')) {
    throw new CliError('usage', '--live writes no files: leave out --out, or leave out --live.');
  }
  const progress = new Progress(args, io, 'playing live');
  const results: LiveResult[] = [];
  const failures: string[] = [];
  try {
    await runJobs<LiveTask, LiveResult>({
      tasks: jobs.map((job) => ({ job, places: placesOf(io), host: 'host', engine: 'pedalbench' })),
      workerFile: liveWorkerFile(),
      workers: 1,
      limits: { seconds: null, megabytes: defaultMemoryMegabytes },
      signal: io.signal,
      onResult: (_, result) => {
        results.push(result);
        progress.update(results.length / jobs.length);
      },
      onFailed: ({ job }, reason) => failures.push(`${job.name}: ${reason}`),
    });
  } finally {
    progress.end();
  }
  for (const failure of failures) warn(args, io, failure);
  if (args.flag('json')) printJson(io, 'live', { live: results });
  else io.stdout.write(renderLive(results, styleOf(args, io)));
  if (io.signal.aborted) return 130;
  return failures.length > 0 ? 3 : 0;
};

export const run: Command = {
  usage: 'SCENARIO... [options]',
  examples: [
    ['run scenarios/*.json', 'all experiments, each against what it expects'],
    ['run anagram-three-a2 --out out', 'one, with its audio, trace and worst block'],
    ['run sweep.json --shard 2/4 --out part-2', 'the second quarter of a sweep'],
    ['run sweep.json --out out --resume', 'go on with what was interrupted'],
  ],
  notes: [
    'Any field of a scenario may be a list: every combination is a run. Results do not depend on the number of workers.',
    'Exit code 1: a run did not do what its scenario expects (no xruns, where it says nothing). 3: a run gave no result.',
  ],
  options: {
    out: { value: 'DIR', help: 'write audio, trace, Chrome trace, summaries and a journal there' },
    'no-audio': { help: 'with --out: no audio, which is quicker' },
    workers: { value: 'N', help: 'worker threads (default: one a processor)' },
    seed: { value: 'N', help: "in place of the scenarios' own" },
    jsonl: jsonlOption,
    shard: shardOption,
    resume: { help: 'with --out: keep what an earlier command finished there' },
    fresh: { help: 'with --out: start anew, whatever an earlier command finished there' },
    live: { help: 'on this host, by the wall clock, beside what is predicted for the device host' },
    timeout: { value: 'SECONDS', help: `for one run (default: ${defaultTimeoutSeconds})` },
    memory: { value: 'MB', help: `for one worker (default: ${defaultMemoryMegabytes})` },
    ...pageOptions,
  },
  run: async (args, io) => {
    if (args.positionals.length === 0) {
      throw new CliError('usage', 'Expected a scenario by id or path: pedalbench run SCENARIO...');
    }
    const folder = args.text('out');
    for (const option of ['resume', 'fresh', 'no-audio']) {
      if (folder === null && args.flag(option)) {
        throw new CliError('usage', `--${option} needs --out DIR.`);
      }
    }
    if (args.flag('resume') && args.flag('fresh')) {
      throw new CliError(
        'usage',
        '--resume keeps what is there, --fresh does not: give one of them.',
      );
    }
    const seed = args.integer('seed', 0, Number.MAX_SAFE_INTEGER) ?? undefined;
    const shard = shardFrom(args);
    const workbench = openWorkbench(io);
    const jobs = numberJobs(
      args.positionals.flatMap((name) => [...workbench.scenario(name, seed).jobs]),
    );
    const inputsId = inputsKey(workbench, jobs, tool.version);
    const inputs = inputKeysOf(workbench, namedByJobs(jobs));
    await checkJobs(args, io, jobs, workbench);
    const out =
      folder === null ? null : { folder: pathFrom(io, folder), audio: !args.flag('no-audio') };
    if (args.flag('live')) return runLive(args, io, shardOf(jobs, shard));
    const progress = new Progress(args, io, 'simulating');
    const output = new RowOutput(args, io, 'run', 'runs');
    const withPart = (one: RunDocument): RunDocument & { part?: Part } =>
      shard === null ? one : { ...one, part: sealedRun(one, shard, inputs) };
    let document: RunDocument & { part?: Part };
    try {
      document = withPart(
        await runSweep({
          jobs,
          shard,
          places: placesOf(io),
          inputsId,
          out,
          resume: args.flag('resume'),
          fresh: args.flag('fresh'),
          textOf: (one) => documentText(withPart(one)),
          workers: args.integer('workers', 1, 256) ?? defaultWorkers(),
          limits: {
            seconds: args.integer('timeout', 1, 86_400) ?? defaultTimeoutSeconds,
            megabytes: args.integer('memory', 64, 65_536) ?? defaultMemoryMegabytes,
          },
          signal: io.signal,
          onProgress: (done, of) => progress.update(done / of),
          onRun: (run) => output.row(run),
        }),
      );
    } finally {
      progress.end();
    }
    for (const { scenario, reason } of document.failed) {
      warn(args, io, `${scenario}: gave no result, twice: ${reason}`);
    }
    const finished = document;
    writePages('run', args, io, () => runPage(finished));
    if (output.wanted) output.end({ ...document });
    else io.stdout.write(renderRuns(document, styleOf(args, io), { out: folder }));
    return exitCodeOf(document);
  },
};
