import type { Place } from './terminal.ts';

const EVERY_MS = 100;

/** One line on a terminal that is written over; nothing elsewhere. */
export class ProgressLine {
  readonly #place: Place;
  readonly #now: () => number;
  #last = Number.NEGATIVE_INFINITY;
  #shown = false;

  constructor(place: Place, now: () => number) {
    this.#place = place;
    this.#now = now;
  }

  show(text: string): void {
    const width = this.#place.width;
    if (width === undefined || this.#now() - this.#last < EVERY_MS) return;
    this.#last = this.#now();
    this.#shown = true;
    this.#place.write(`\r\u001b[2K${text.slice(0, width - 1)}`);
  }

  clear(): void {
    if (this.#shown) this.#place.write('\r\u001b[2K');
    this.#shown = false;
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
