import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%', // many tests wait for processes of their own
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
