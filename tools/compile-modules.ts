/**
 * Compiles what is written in AssemblyScript (`assembly/`) to WebAssembly and writes it where the machine reads
 * it, if that is missing or older than its source. Run: npx tsx tools/compile-modules.ts
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const manifest = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const compiler = join(dirname(manifest), 'bin/asc.js');

/** Of each folder in `assembly/` that is a module, the part of the machine that reads it. */
const readers = { scoreboard: 'pipeline', reuse: 'memory' } as const;
export type ModuleName = keyof typeof readers;
export const moduleNames = Object.keys(readers) as ModuleName[]; // it has no other keys

export interface CompileOptions {
  /** Every access to a list checks its bounds, and traps outside: slower, for tests. @default false */
  readonly checked?: boolean;
}

/** Throws `Error` with what the compiler printed. */
export const compileModule = (name: ModuleName, options: CompileOptions = {}): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), `pedalbench-${name}-`));
  try {
    const out = join(folder, 'module.wasm');
    const how = options.checked
      ? ['--uncheckedBehavior', 'never']
      : ['--uncheckedBehavior', 'always', '--noAssert'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [compiler, `assembly/${name}/index.ts`, '--outFile', out, '-O3', '--runtime', 'stub', ...how],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const machine = join(root, 'src/machine');
/** Where the binary lies: JSON, which every bundler reads. */
const binaryPath = (name: ModuleName): string =>
  join(machine, readers[name], `${name}-binary.json`);

/** The newest change of what a module is compiled from. */
const changed = (): number => {
  const below = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const layouts = below(machine).filter((path) => path.endsWith('-layout.ts'));
  const sources = [...below(join(root, 'assembly')), ...layouts, manifest];
  return Math.max(...sources.map((path) => statSync(path).mtimeMs));
};

/** Writes the binaries that are missing or older than their source; vitest calls it before the tests. */
export default function writeModules(): void {
  const newest = changed();
  for (const name of moduleNames) {
    const path = binaryPath(name);
    if (existsSync(path) && statSync(path).mtimeMs >= newest) continue;
    // At once: another process may read it.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(compileModule(name).toString('base64')));
    renameSync(draft, path);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeModules();
