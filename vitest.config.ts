import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Files that take two to three seconds and more: compilers, interpreted kernels, terminals, processes that are killed.
 * All others together end within a minute: `npm run test:unit`.
 */
const slow = [
  'answers',
  'audio/{resampler,wav-programs}',
  'cli/{advise-widths,annotations-process,bench,check,check-files,check-reports,ends,interrupt,listings,output-schemas,parts,predict,render,run-cli,sound-examples,studies}',
  'engine/{convolver,counted-models,every-core,nam-core-audio,neural-audio,pedalbench-blocks,planar-neon,small-blocks,t3k-embedded,tmp-nam,tune-group}',
  'execute/{reference,reference-oracle,reference-vectors,wasm-executor,wasm-vectors}',
  'kernel/engines-agree',
  'machine/{read-template,reuse,scoreboard}',
  'nam/{fuzz,models,properties}',
  'pack/{action,pack,recipes}',
  'report/html/chromium',
  'scenario/{shipped,sure-rows-play}',
  'study/{accuracy,cost-cache,host-times,limits,predict-facts,advise/51-percent,advise/advise,advise/far,check/own-budgets,explain/explain}',
  'tui/{answers,blessed-terminal,layout,once,speed,terminal}',
  'web/page-*',
  'workbench/{examples,known-rows,matchers,verbs}',
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
          // Tests leave nothing behind in a module, and reading the modules anew takes longer than they do.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...slow],
        },
      },
      { extends: true, test: { name: 'slow', include: slow } },
    ],
  },
});

export default config;
