/** Builds the page into static files that any host serves, under any path. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

/** Documents that are built in as texts go without the spaces that their files have for people. */
const compactTexts = (): Plugin => ({
  name: 'compact-texts',
  enforce: 'pre',
  load: (id) => {
    if (!id.endsWith('.json?raw')) return null;
    const document: unknown = JSON.parse(readFileSync(id.replace(/\?raw$/, ''), 'utf8'));
    return `export default ${JSON.stringify(JSON.stringify(document))};`;
  },
});

/** Rows of the shape that most captures will have, worked out by the sources that are built: a file whose address is imported. */
const known = (): Plugin => ({
  name: 'known-rows',
  resolveId: (id) => (id === 'virtual:known-rows' ? `\0${id}` : null),
  load(id) {
    if (id !== '\0virtual:known-rows') return null;
    const tool = fileURLToPath(new URL('../../tools/known-rows.ts', import.meta.url));
    const source = execFileSync(process.execPath, ['--import', 'tsx', tool, '--page'], {
      maxBuffer: 1 << 26,
    });
    const file = this.emitFile({ type: 'asset', name: 'known-rows.json', source });
    return `export default import.meta.ROLLUP_FILE_URL_${file};`;
  },
});

/** The service worker, with the names of all files that it keeps. */
const offline = (): Plugin => ({
  name: 'offline',
  generateBundle(_, bundle) {
    const source = readFileSync(new URL('./offline.js', import.meta.url), 'utf8');
    const names = [
      './',
      'icon.svg',
      ...Object.keys(bundle).filter((name) => name !== 'index.html'),
    ];
    const written = source.replace('const files = [];', `const files = ${JSON.stringify(names)};`);
    this.emitFile({ type: 'asset', fileName: 'offline.js', source: written });
  },
});

/** No word of how long the rows take. */
const quiet = { checks: { pluginTimings: false } };

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [offline()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page forbids data: in scripts, and models are files of their own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: quiet,
  },
  worker: { format: 'es', rolldownOptions: quiet, plugins: () => [compactTexts(), known()] },
});

export default config;
