import { defineConfig } from 'vitest/config';

const PACKAGING = ['e2e/cli-package.test.ts', 'e2e/deploy.test.ts'];

/** Tiers by name: `*.test.ts` is pure, `*.db.test.ts` starts a real PostgreSQL, `e2e/` starts real processes. */
export default defineConfig({
  test: {
    reporters: ['default'],
    pool: 'forks',
    // A limit is there to end what hangs, not to measure: other work may keep this machine busy.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 30_000 } },
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
      // Each file has a PostgreSQL, processes and ports of its own.
      ...[
        { name: 'e2e', include: ['e2e/*.test.ts'], exclude: PACKAGING },
        { name: 'faults', include: ['e2e/faults/*.test.ts'] },
        // These write what is shipped into the checkout, from which the others are served: after them, one at a time.
        { name: 'packaging', include: PACKAGING, fileParallelism: false, sequence: { groupOrder: 1 } },
      ].map((test) => ({
        extends: true as const,
        test: { maxWorkers: 2, globalSetup: './e2e/build-console.ts', testTimeout: 180_000, hookTimeout: 180_000, ...test },
      })),
    ],
  },
});
