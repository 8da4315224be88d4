/**
 * Joins the modules of the command and of its threads into few files, over those that `tsc` wrote in `dist/cli/`:
 * four hundred files take as long to open and compile as a small prediction. What the command does with files that
 * lie beside it (threads, the package's root) is the same there. Run by `npm run build`.
 */
import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
/** The process is one file of its own: where no further one may be opened, it can still say so. */
const command = ['cli/main'];
const threads = [
  'cli/run-cli',
  'cli/command-thread',
  'workers/live-worker',
  'workers/screen/worker',
  'workers/sweep/simulate-worker',
  'workers/predict/width-worker',
];

const beside = {
  name: 'what the process loads for the screen stays beside it',
  resolveId: (id) => (id === './run-cli.ts' ? { id: './run-cli.js', external: true } : null),
};

// Of an earlier build, by names that this one may not have.
for (const file of readdirSync(resolve(root, 'dist/cli'))) {
  if (file.startsWith('part-')) rmSync(resolve(root, 'dist/cli', file));
}
for (const entries of [command, threads]) {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((e) => [e.split('/').at(-1), `src/${e}.ts`])),
    platform: 'node',
    // Those that find files of their own, and those that are loaded for one verb only.
    external: ['piscina', 'blessed'],
    plugins: entries === command ? [beside] : [],
  });
  await bundle.write({
    dir: 'dist/cli',
    entryFileNames: '[name].js',
    chunkFileNames: 'part-[name].js',
  });
}
for (const name of [
  'zod',
  '@noble/hashes',
  'wavefile',
  'quick-lru',
  'fastest-levenshtein',
  'picomatch',
]) {
  const copy = `dist/cli/LICENSE-${name.replace(/\W+/g, '-').replace(/^-/, '')}.txt`;
  const from = resolve(root, 'node_modules', name);
  const [file] = readdirSync(from).filter((entry) => /^licen[cs]e/i.test(entry));
  copyFileSync(resolve(from, file), resolve(root, copy));
}
chmodSync(resolve(root, 'dist/cli/main.js'), 0o755);
