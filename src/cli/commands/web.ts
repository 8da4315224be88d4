/** `pedalbench web`. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import type { Command } from '../call.ts';
import { usageError } from '../cli-error.ts';
import { filesBelow, pageFolder, serveFiles } from '../page-files.ts';

const usualPort = 4179;

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where no browser can be opened, the address that is printed has to do. */
const openBrowser = (url: string): void => {
  const [program = 'xdg-open', ...words] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
};

export const web: Command = {
  usage: '[options]',
  examples: [
    ['web', 'opens the page in your browser: drop a .nam, see every pedal, hear every width'],
    ['web --port 8080 --no-open', 'only serves it, on this computer'],
    ['web --out site', 'writes it as files that any web server can serve'],
  ],
  options: {
    port: {
      ...{ value: 'N', whole: [0, 65_535] },
      help: `the port on 127.0.0.1 (default: ${usualPort}; 0 for any)`,
    },
    out: { value: 'DIR', help: 'write the files into this folder instead of serving them' },
    'no-open': { help: 'do not open a browser' },
  },
  notes: ['The page asks nothing of any network: what you drop on it stays in your browser.'],
  run: async (call) => {
    const { signal } = call.io;
    const port = call.number('port') ?? usualPort;
    const folder = pageFolder(call.io);
    const files = filesBelow(folder);
    const out = call.text('out');
    if (out !== undefined) {
      const target = call.path(out);
      mkdirSync(target, { recursive: true });
      cpSync(folder, target, { recursive: true });
      const said = `${out}: ${files.length} files. Serve them with any web server.\n`;
      call.print('web', { out, files }, () => said);
      return 0;
    }
    const serving = await serveFiles(folder, files, port).catch(
      ({ code }: NodeJS.ErrnoException) => {
        const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`;
        throw usageError(`--port: port ${port} ${why}. Name another, or 0 for any.`);
      },
    );
    call.print('web', { url: serving.url }, () => `${serving.url}\nCtrl-C ends it.\n`);
    if (!call.flag('no-open')) openBrowser(serving.url);
    await new Promise<void>((done) => {
      if (signal.aborted) done();
      signal.addEventListener('abort', () => done());
    });
    await serving.close();
    return 0;
  },
};
