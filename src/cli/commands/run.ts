/** `pedalbench run SCENARIO...`: virtual pedals play, and every block is checked against its deadline. */
import { runPage } from '../../report/html/run-page.ts';
import { renderLive, renderRuns } from '../../report/run-text.ts';
import { type Part, partOf } from '../../study/parts/part.ts';
import { resolveJob } from '../../study/simulate/resolve.ts';
import type { LiveResult, RunDocument } from '../../study/simulate/run-result.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { tool } from '../../workbench/package-info.ts';
import type { Places } from '../../workbench/places.ts';
import { readMachine } from '../../workbench/read-machine.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { LiveTask } from '../../workers/live-worker.ts';
import { runJobs } from '../../workers/run-jobs.ts';
import { inputKeysOf, inputsOfJobs, sweepInputsKey } from '../../workers/sweep/inputs.ts';
import { runSweep } from '../../workers/sweep/run-sweep.ts';
import { shardOf as jobsOf, type NumberedJob, numberJobs } from '../../workers/sweep/shard.ts';
import { defaultWorkers, liveWorkerFile } from '../../workers/threads.ts';
import { type Call, type Command, documentPieces, during, headOf } from '../call.ts';
import { usageError } from '../cli-error.ts';
import type { ExitCode, Io } from '../io.ts';
import { shardOf, sharedOptions } from '../options.ts';
import { pageOptions, writePages } from '../pages.ts';

const defaultTimeoutSeconds = 600;
const defaultMemoryMegabytes = 1024;

const placesOf = ({ cwd, packageRoot, machine = readMachine() }: Io): Places => {
  return { cwd, packageRoot, machine };
};

/** Finds every fault of every scenario before anything runs. */
const checkJobs = async (call: Call, jobs: readonly NumberedJob[], workbench: Workbench) => {
  const told = new Set<string>();
  for (const job of jobs) {
    for (const warning of resolveJob(job, workbench, workbench.costs).warnings) {
      const text = `${job.name}: ${warning}`;
      if (!told.has(text)) call.warn(text);
      told.add(text);
    }
    if (job.index % 32 === 0) await call.yieldNow();
  }
};

type Document = RunDocument & { readonly part?: Part };

/** What `--json` prints, for the folder of the results. */
export const documentText = (document: Document): string =>
  [...documentPieces({ ...headOf('run'), ...document })].join('');

export const exitCodeOf = ({ interrupted, failed, runs }: RunDocument): ExitCode => {
  if (interrupted) return 130;
  if (failed.length > 0) return 3;
  return runs.every((run) => run.passed) ? 0 : 1;
};

/** One after the other: two at once would measure each other. */
const runLive = async (call: Call, jobs: readonly NumberedJob[]): Promise<ExitCode> => {
  if (call.has('out')) {
    throw usageError('--live writes no files: leave out --out, or leave out --live.');
  }
  const results: LiveResult[] = [];
  const failures: string[] = [];
  const places = placesOf(call.io);
  const { signal } = call.io;
  await during(call, 'playing live', (progress) =>
    runJobs<LiveTask, LiveResult>({
      tasks: jobs.map((job) => ({ job, places, host: 'host', engine: 'pedalbench' })),
      workerFile: liveWorkerFile(),
      workers: 1,
      limits: { seconds: null, megabytes: defaultMemoryMegabytes },
      signal,
      onResult: (_, result) => {
        results.push(result);
        progress.update(results.length / jobs.length);
      },
      onFailed: ({ job }, reason) => failures.push(`${job.name}: ${reason}`),
    }),
  );
  failures.forEach(call.warn);
  call.print('live', { live: results }, (style) => renderLive(results, style));
  if (signal.aborted) return 130;
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
    ...sharedOptions('workers', 'seed', 'jsonl', 'shard'),
    resume: { help: 'with --out: keep what an earlier command finished there' },
    fresh: { help: 'with --out: start anew, whatever an earlier command finished there' },
    live: { help: 'on this host, by the wall clock, beside what is predicted for the device host' },
    timeout: {
      ...{ value: 'SECONDS', whole: [1, 86_400] },
      help: `for one run (default: ${defaultTimeoutSeconds})`,
    },
    memory: {
      ...{ value: 'MB', whole: [64, 65_536] },
      help: `for one worker (default: ${defaultMemoryMegabytes})`,
    },
    ...pageOptions,
  },
  run: async (call) => {
    const { io, positionals } = call;
    if (positionals.length === 0) {
      throw usageError('Expected a scenario by id or path: pedalbench run SCENARIO...');
    }
    const [resume, fresh] = [call.flag('resume'), call.flag('fresh')];
    const lost = ['resume', 'fresh', 'no-audio'].find((option) => call.flag(option));
    if (!call.has('out') && lost !== undefined) throw usageError(`--${lost} needs --out DIR.`);
    if (resume && fresh) {
      throw usageError('--resume keeps what is there, --fresh does not: give one of them.');
    }
    const folder = call.text('out') ?? null;
    const shard = shardOf(call);
    const workbench = openWorkbench(io);
    const seed = call.number('seed');
    const jobs = numberJobs(positionals.flatMap((id) => [...workbench.scenario(id, seed).jobs]));
    const inputsId = sweepInputsKey(workbench, jobs, tool.version);
    const inputs = inputKeysOf(workbench, inputsOfJobs(jobs));
    await checkJobs(call, jobs, workbench);
    if (call.flag('live')) return runLive(call, jobsOf(jobs, shard));
    const output = call.rows('run', 'runs');
    const withPart = (one: RunDocument): Document => {
      if (shard === null) return one;
      const { runs, ...rest } = one;
      return { ...one, part: partOf(shard, inputs, runs, { ...headOf('run'), ...rest }) };
    };
    const audio = !call.flag('no-audio');
    const out = folder === null ? null : { folder: call.path(folder), audio };
    const seconds = call.number('timeout') ?? defaultTimeoutSeconds;
    const megabytes = call.number('memory') ?? defaultMemoryMegabytes;
    const swept = await during(call, 'simulating', (progress) =>
      runSweep({
        ...{ jobs, shard, inputsId, out, places: placesOf(io), signal: io.signal, resume, fresh },
        textOf: (one) => documentText(withPart(one)),
        workers: call.number('workers') ?? defaultWorkers(),
        limits: { seconds, megabytes },
        onProgress: (done, of) => progress.update(done / of),
        onRun: (run) => output.add([run]),
      }),
    );
    const document = withPart(swept);
    for (const { scenario, reason } of document.failed) {
      call.warn(`${scenario}: gave no result, twice: ${reason}`);
    }
    writePages('run', call, () => runPage(document));
    output.print(document, (style) => renderRuns(document, style, folder));
    return exitCodeOf(document);
  },
};
