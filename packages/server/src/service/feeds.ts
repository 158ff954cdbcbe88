import { spawn } from 'node:child_process';
import type pg from 'pg';
import type { World } from './world.ts';

/** The first minutes belong to the first look; afterwards the advisories are brought up to date. */
const FIRST_AFTER_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

const ASK_AGAIN_MS = 10 * 60_000;

/** Of several processes on one database one updates, and a restart is no reason to fetch again. */
export async function takeTurn(pool: pg.Pool, hours: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into progress (consumer, account) values ('feeds', -1)
     on conflict (consumer, account) do update set at = now() where progress.at < now() - make_interval(mins => $1)`,
    [Math.floor(hours * 60 * 0.9)],
  );
  return rowCount === 1;
}

/**
 * Updates the advisories every few hours in a process of its own, because compiling keeps a core busy for a minute. The process only
 * installs files; this service notices them like those of an `assay db update` by hand.
 * @param command program and arguments
 */
export function startFeeds(world: World, command: readonly string[]): { stop(): void } {
  const { config, ctx } = world;
  const [program, ...args] = command;
  if (config.feedHours === 0 || program === undefined) return { stop() {} };
  const stopping = new AbortController();
  let timer = setTimeout(() => void turn(), FIRST_AFTER_MS);
  async function turn(): Promise<void> {
    const mine = await takeTurn(world.worker, config.feedHours).catch(() => false);
    if (stopping.signal.aborted) return;
    if (mine) run();
    else timer = setTimeout(() => void turn(), ASK_AGAIN_MS);
  }
  function run(): void {
    const child = spawn(program as string, args, { stdio: ['ignore', 'ignore', 'pipe'], signal: stopping.signal, timeout: HOUR_MS });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-1000);
    });
    child.on('error', (error) => {
      words += error.message;
    });
    child.on('close', (code) => {
      if (stopping.signal.aborted) return;
      if (code === 0) ctx.log.info('advisories updated');
      else ctx.log.warn('some advisories could not be updated; the last good ones stay in use', { code, said: words.trim() });
      timer = setTimeout(() => void turn(), config.feedHours * HOUR_MS);
    });
  }
  return {
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}
