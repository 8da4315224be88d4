/** Opens the screen on the process's terminal and lets something go wrong that nobody catches. */
import { runTui } from '../../src/tui/run-tui.ts';
import { start } from './world.ts';

const code = runTui(start(), {
  color: false,
  ascii: false,
  term: process.env.TERM ?? '',
  signal: new AbortController().signal,
  places: { cwd: '.', packageRoot: '.' },
  catalogue: () => new Promise(() => {}),
});
setTimeout(() => {
  throw new Error('nobody catches this');
}, 1500);
await code;
