/** The thread that a command runs on. It hears of signals when it next listens; `main.ts` acts on them at any time. */
import { parentPort, workerData } from 'node:worker_threads';
import { type EndSignal, processIo, signalCodes, type Terminals } from './io.ts';
import { runCli } from './run-cli.ts';

export interface CommandStart {
  readonly words: readonly string[];
  readonly terminals: Terminals;
}

const { words, terminals } = workerData as CommandStart;
const interrupt = new AbortController();
parentPort?.on('message', (signal: EndSignal) => interrupt.abort(signalCodes[signal]));
process.exit(await runCli(words, processIo(interrupt.signal, terminals)));
