import { silentLogger } from '@assay/core/context.ts';
import { expect, it } from 'vitest';
import { createPool } from './pool.ts';

it('tells of a lost connection, unless the pool was ended', async () => {
  const told: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void told.push(message) };
  const pool = createPool({ host: '127.0.0.1', port: 1 }, { name: 'worker', max: 1, log });
  const lost = new Error('terminating connection due to administrator command');
  pool.emit('error', lost, undefined as never);
  expect(told).toEqual(['a database connection was lost']);
  await pool.end();
  pool.emit('error', lost, undefined as never);
  expect(told).toHaveLength(1);
});
