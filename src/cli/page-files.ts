/** The page's static files, built now where a checkout has not done it yet, and a server of them on this computer only. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import { usageError } from './cli-error.ts';
import type { Io } from './io.ts';

/**
 * The folder with the page.
 * @throws CliError where it is neither built nor can be built
 */
export const pageFolder = (io: Io): string => {
  const folder = join(io.packageRoot, 'dist/web');
  if (existsSync(join(folder, 'index.html'))) return folder;
  const config = join(io.packageRoot, 'src/web/vite.config.ts');
  const vite = join(io.packageRoot, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite) || !existsSync(config)) {
    const message = `${folder}: the page is not built. Install the package again, or run npm run build:web in a checkout.`;
    throw usageError(message);
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
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.nam': 'application/json',
  '.json': 'application/json',
};

/**
 * @param files paths below the folder, with slashes
 * @param port 0 for any that is free
 * @throws what `listen` throws: a port in use, or one that is not allowed
 */
export const serveFiles = async (folder: string, files: readonly string[], port: number) => {
  const known = new Set(files);
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = pathname.replace(/\/$/, '/index.html').slice(1);
    if (!known.has(path) || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    response.end(request.method === 'HEAD' ? undefined : readFileSync(join(folder, path)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
