/**
 * Compiles what is written in AssemblyScript (`assembly/`) to WebAssembly and writes it where the
 * machine reads it. Run: npx tsx tools/compile-modules.ts
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

/** A folder in `assembly/`. */
export type ModuleName = 'templates' | 'scoreboard';
export const moduleNames: readonly ModuleName[] = ['templates', 'scoreboard'];

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

/** The source of the file that holds the binary. */
export const binaryFile = (name: ModuleName, binary: Buffer): string => {
  const lines = binary.toString('base64').match(/.{1,90}/g) ?? [];
  return `/** Compiled from \`assembly/${name}/\` by \`tools/compile-modules.ts\`. */
export const ${name}Binary: string = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
};

const binaryFolder = { scoreboard: 'pipeline', templates: 'pipeline' } as const;

export const binaryPath = (name: ModuleName): string =>
  join(root, `src/machine/${binaryFolder[name]}/${name}-binary.ts`);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of moduleNames) {
    writeFileSync(binaryPath(name), binaryFile(name, compileModule(name)));
  }
}
