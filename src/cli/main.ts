#!/usr/bin/env node
/** The command. Owns the process: signals, broken pipes and the exit code. */
import { processIo } from './io.ts';
import { runCli } from './run-cli.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one does not wait for anything to finish.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `pedalbench ... | head` closes the pipe: nobody is left to read.
    process.exit(error.code === 'EPIPE' ? 0 : 2);
  });
}

// Not `process.exit`: what was written to a pipe must arrive.
process.exitCode = await runCli(process.argv.slice(2), processIo(interrupt.signal));
