/** Builds the page into static files that any host serves, under any path. */
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
  },
  worker: { format: 'es', plugins: () => [compactTexts()] },
});

export default config;
