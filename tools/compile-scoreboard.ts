/**
 * Compiles `scoreboard/` (AssemblyScript) to WebAssembly and writes it where the machine reads it.
 * Run: npx tsx tools/compile-scoreboard.ts (with --check it only says whether the file differs, and fails).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const manifest = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const compiler = join(dirname(manifest), 'bin/asc.js');

export interface CompileOptions {
  /** Every access to a list checks its bounds, and traps outside: slower, for tests. @default false */
  readonly checked?: boolean;
}

/** Throws `Error` with what the compiler printed. */
export const compileScoreboard = (options: CompileOptions = {}): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-scoreboard-'));
  try {
    const out = join(folder, 'scoreboard.wasm');
    const how = options.checked
      ? ['--uncheckedBehavior', 'never']
      : ['--uncheckedBehavior', 'always', '--noAssert'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [compiler, 'scoreboard/index.ts', '--outFile', out, '-O3', '--runtime', 'stub', ...how],
      { cwd: root, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** The source of the module that holds the binary. */
export const binaryModule = (binary: Buffer): string => {
  const lines = binary.toString('base64').match(/.{1,90}/g) ?? [];
  return `/** Compiled from \`scoreboard/\` by \`tools/compile-scoreboard.ts\`. */
export const scoreboardBinary: string = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
};

export const binaryPath: string = join(root, 'src/machine/scoreboard-binary.ts');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const made = binaryModule(compileScoreboard());
  if (!process.argv.includes('--check')) writeFileSync(binaryPath, made);
  else if (readFileSync(binaryPath, 'utf8') !== made) {
    process.stderr.write(`${binaryPath} is not what scoreboard/ compiles to.\n`);
    process.exitCode = 1;
  }
}
