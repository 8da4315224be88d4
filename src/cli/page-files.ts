/** The page's static files: built into the package, or built now where a checkout has not done it yet. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { usageError } from './cli-error.ts';
import type { Io } from './io.ts';

const viteCommand = (packageRoot: string): string | null => {
  try {
    const manifest = createRequire(join(packageRoot, 'package.json')).resolve('vite/package.json');
    return join(dirname(manifest), 'bin/vite.js');
  } catch {
    return null;
  }
};

/**
 * The folder with the page.
 * @throws CliError where it is neither built nor can be built
 */
export const pageFolder = (io: Io): string => {
  const folder = join(io.packageRoot, 'dist/web');
  if (existsSync(join(folder, 'index.html'))) return folder;
  const config = join(io.packageRoot, 'src/web/vite.config.ts');
  const vite = viteCommand(io.packageRoot);
  if (vite === null || !existsSync(config)) {
    throw usageError(
      `${folder}: the page is not built. Install the package again, or run npm run build:web in a checkout.`,
    );
  }
  io.stderr.write('building the page, once\n');
  const { status, stderr } = spawnSync(
    process.execPath,
    [vite, 'build', '--config', config, '--logLevel', 'error'],
    { cwd: io.packageRoot, encoding: 'utf8' },
  );
  if (status !== 0) throw usageError(`the page could not be built: ${stderr.trim()}`);
  return folder;
};

/** Paths below a folder, with slashes. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
