import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Files that take more than three seconds: compilers, interpreted kernels, terminals, processes that are killed.
 * All others together end within a minute: `npm run test:unit`.
 */
const slow = [
  'answers',
  'audio/wav-programs',
  'cli/{advise-widths,bench,check,interrupt,listings,parts,predict,render,studies}',
  'engine/{counted-models,every-core,nam-core-audio,neural-audio,pedalbench-blocks,planar-neon,small-blocks,t3k-embedded,tune-group}',
  'execute/{reference,reference-oracle,reference-vectors,wasm-executor,wasm-vectors}',
  'kernel/engines-agree',
  'machine/{read-template,reuse,scoreboard}',
  'nam/{fuzz,models,properties}',
  'pack/{action,pack}',
  'report/html/chromium',
  'scenario/{shipped,sure-rows-play}',
  'study/{accuracy,predict-facts,advise/advise,check/own-budgets,explain/explain}',
  'tui/{answers,blessed-terminal,layout,once,speed,terminal}',
  'web/page-*',
  'workbench/{matchers,verbs}',
  'workers/*',
].map((name) => `test/${name}.test.ts`);

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'tools/compile-modules.ts',
    pool: 'forks',
    testTimeout: 60_000,
    // One processor stays free, but of two both work: ten minutes become six.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...slow],
        },
      },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
  },
});

export default config;
