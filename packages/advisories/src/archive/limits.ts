import { AssayError } from '@assay/core/errors.ts';

/** Bounds on one archive. Real feeds stay an order of magnitude below each. */
export interface ArchiveLimits {
  readonly entries: number;
  /** One unpacked file, bytes. */
  readonly fileBytes: number;
  /** All unpacked files together, bytes. */
  readonly totalBytes: number;
  /** Unpacked to packed size, judged once 64 MiB were unpacked. */
  readonly ratio: number;
}

export const ARCHIVE_LIMITS: ArchiveLimits = { entries: 1_000_000, fileBytes: 256 * 2 ** 20, totalBytes: 8 * 2 ** 30, ratio: 200 };

const RATIO_FLOOR = 64 * 2 ** 20;

export function archiveError(problem: string, cause?: unknown): AssayError {
  return new AssayError('FEED_ARCHIVE_UNREADABLE', problem, cause === undefined ? undefined : { cause });
}

export function checkFileSize(path: string, bytes: number, limits: ArchiveLimits): void {
  if (bytes > limits.fileBytes)
    throw archiveError(`${path} unpacks to ${bytes} bytes, more than the ${limits.fileBytes} allowed; check the download.`);
}

/** Running totals of one archive. */
export class ArchiveMeter {
  #entries = 0;
  #bytes = 0;
  readonly #limits: ArchiveLimits;
  readonly #packedBytes: number | undefined;

  constructor(limits: ArchiveLimits, packedBytes?: number) {
    this.#limits = limits;
    this.#packedBytes = packedBytes;
  }
  entry(): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries)
      throw archiveError(`The archive holds more than ${this.#limits.entries} entries; check the download.`);
  }
  unpacked(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.totalBytes)
      throw archiveError(`The archive unpacks to more than ${this.#limits.totalBytes} bytes; check the download.`);
    if (this.#packedBytes !== undefined && this.#bytes > RATIO_FLOOR && this.#bytes > this.#packedBytes * this.#limits.ratio)
      throw archiveError(`The archive unpacks to more than ${this.#limits.ratio} times its size; check the download.`);
  }
}
