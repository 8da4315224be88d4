import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // One processor stays free, but of two both work: ten minutes become six.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});

export default config;
