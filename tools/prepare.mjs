/**
 * Builds after an installation. `npx pedalbench` in a checkout lets npm prepare the package once more
 * before it runs the command; what `npm ci` has built need not be built again.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const built = existsSync(resolve(root, 'dist/cli/main.js'));
if (process.env.npm_command !== 'exec' || !built) {
  const { status } = spawnSync('npm', ['run', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}
