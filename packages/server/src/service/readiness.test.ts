import type pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchReadiness } from './readiness.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a database that fails or hangs makes the service not ready, and ready again when it answers', async () => {
  let answer: () => Promise<unknown> = async () => ({ rows: [] });
  const watch = watchReadiness({ query: () => answer() } as unknown as pg.Pool);
  expect(watch.problem()).toBeUndefined();
  answer = () => Promise.reject(new Error('gone'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(watch.problem()).toBe('the database cannot be reached');
  answer = () => new Promise(() => {});
  await vi.advanceTimersByTimeAsync(8_000);
  expect(watch.problem()).toBe('the database does not answer');
  answer = async () => ({ rows: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(watch.problem()).toBeUndefined();
  watch.stop();
});
