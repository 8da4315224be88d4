#!/usr/bin/env node
/**
 * The process: signals and the exit code. The command itself runs on another thread, so that no work, no read
 * and no write keeps a signal waiting: the first one asks it to end, the second is the system's to act on.
 */
import { isatty } from 'node:tty';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import { fileBeside, startThread } from '../workers/threads.ts';
import type { CommandStart } from './command-thread.ts';
import { type EndSignal, processIo, signalCodes, type Terminals } from './io.ts';
import { threadFault } from './thread-fault.ts';

/** How long a command that was asked to end may take to do so. */
const graceMilliseconds = 5000;

// Most commands end before code pays that Node 20's compiler would make quick at once: it has to run some four times as
// often first. Later Nodes have a compiler in between.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=600000');

const signals = Object.keys(signalCodes) as EndSignal[];
const words = process.argv.slice(2);
const terminals: Terminals = [
  isatty(1) ? process.stdout.columns : null,
  isatty(2) ? process.stderr.columns : null,
];

/** As if nobody had listened to it. */
const dieOf = (signal: EndSignal): void => {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
};

const onFirstSignal = (act: (signal: EndSignal) => void): void => {
  for (const signal of signals) {
    process.on(signal, () => {
      for (const each of signals) process.removeAllListeners(each);
      act(signal);
    });
  }
};

const end = (code: number): void => {
  // Node puts the terminal back as it was, and aborts where that is gone.
  if (code === signalCodes.SIGHUP && [0, 1, 2].some(isatty)) dieOf('SIGHUP');
  else process.exit(code);
};

const refuse = (sentence: string): void => {
  const { stderr } = processIo(new AbortController().signal, terminals);
  stderr.write(`pedalbench: ${sentence}\n`);
  end(2);
};

const runOnThread = (): void => {
  const start: CommandStart = { words, terminals };
  const megabytes = getHeapStatistics().heap_size_limit / 1024 ** 2;
  const thread: Worker = startThread(fileBeside(import.meta.url, 'command-thread'), start, {
    maxOldGenerationSizeMb: megabytes,
    // A larger nursery is no quicker; a smaller one costs every engine on every pedal a tenth of the time.
    maxYoungGenerationSizeMb: 24,
  });
  thread.on('error', (error: NodeJS.ErrnoException) => {
    refuse(threadFault(error, megabytes));
  });
  thread.on('exit', end);
  onFirstSignal((signal) => {
    thread.postMessage(signal);
    setTimeout(() => dieOf(signal), graceMilliseconds);
  });
};

/** The screen needs the terminal, which is this thread's; its own threads do its work. */
const runHere = async (): Promise<void> => {
  const interrupt = new AbortController();
  onFirstSignal((signal) => {
    setTimeout(() => dieOf(signal), graceMilliseconds).unref();
    interrupt.abort(signalCodes[signal]);
  });
  // The terminal is gone: there is nothing to draw on and nothing to put back.
  for (const stream of [process.stdin, process.stdout]) stream.on('error', () => dieOf('SIGHUP'));
  const { runCli } = await import('./run-cli.ts');
  end(await runCli(words, processIo(interrupt.signal, terminals)));
};

// `node --jitless`
if (!('WebAssembly' in globalThis)) {
  refuse('expected a Node that has WebAssembly, got one without. Run it without --jitless.');
} else if (words.includes('tui') && terminals[0] !== null && isatty(0)) await runHere();
else runOnThread();
