import type pg from 'pg';

const EVERY_MS = 5_000;
const PATIENCE_MS = 3_000;

/** What `/health/ready` answers: whether the database answered lately. */
export function watchReadiness(pool: pg.Pool): { problem: () => string | undefined; stop(): void } {
  let problem: string | undefined;
  async function ask(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('the database does not answer'), PATIENCE_MS);
    });
    const answer = pool.query('select 1').then(
      () => undefined,
      () => 'the database cannot be reached',
    );
    problem = await Promise.race([answer, late]);
    clearTimeout(timer);
  }
  const round = setInterval(() => void ask(), EVERY_MS);
  return { problem: () => problem, stop: () => clearInterval(round) };
}
