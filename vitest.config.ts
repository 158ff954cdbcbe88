import { defineConfig } from 'vitest/config';

/** Tiers by name: `*.test.ts` is pure, `*.db.test.ts` starts a real PostgreSQL, `e2e/` starts real processes. */
export default defineConfig({
  test: {
    reporters: ['default'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On two cores vitest would leave one of them to itself.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'db', include: ['packages/*/src/**/*.db.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        extends: true,
        test: { name: 'e2e', include: ['e2e/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false },
      },
      // Each file has a PostgreSQL and processes of its own.
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['e2e/faults/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          globalSetup: './e2e/faults/build-console.ts',
        },
      },
    ],
  },
});
