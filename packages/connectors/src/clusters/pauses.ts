import { AssayError } from '@assay/core/errors.ts';
import type { SourceContext } from '../source.ts';

/** Wakes whoever waits. A ring that nobody heard is heard by the next who waits. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** What rang so far is dealt with. */
  hush(): void {
    this.#rung = false;
  }

  /** Until it rings, the time is over or the signal ends; never throws. Whether it rang. */
  async wait(milliseconds: number, { sleep, signal }: Pick<SourceContext, 'sleep' | 'signal'>): Promise<boolean> {
    if (!this.#rung && !signal.aborted && milliseconds > 0) {
      const over = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const slept = sleep(milliseconds, AbortSignal.any([signal, over.signal])).catch(() => {});
      await Promise.race([rung, slept]);
      this.#wake = undefined;
      over.abort();
    }
    const rang = this.#rung;
    this.#rung = false;
    return rang;
  }
}

/** Milliseconds before trying again: up to a minute, jittered, so that many do not come back together. */
export function backoff(failures: number, { random }: Pick<SourceContext, 'random'>): number {
  return Math.round((0.5 + random() / 2) * Math.min(60_000, 500 * 2 ** Math.min(failures, 10)));
}

/** What does not pass by itself. */
export function isForPeople(error: unknown): boolean {
  return !(error instanceof AssayError) || ['denied', 'unauthorized', 'config'].includes(error.code);
}
