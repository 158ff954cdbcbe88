import { createHash, type Hash } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';

/**
 * Logical revision id: SHA-256 over the sorted (key, digest) pairs of the named parts, each key with its length before it.
 * It does not depend on blocks, compression, sources or dates, so a full build, an import and a delta agree.
 */
export class RevisionHash {
  readonly #hash: Hash = createHash('sha256');

  constructor(kind: string) {
    this.#hash.update(`assay ${kind} revision 1\n`);
  }

  part(name: string): void {
    this.#hash.update(`\n${name}\n`);
  }

  add(key: Buffer, digest: Buffer): void {
    const length = Buffer.allocUnsafe(2);
    length.writeUInt16LE(key.length);
    this.#hash.update(length).update(key).update(digest);
  }

  /** 64 hex. */
  finish(): string {
    return this.#hash.digest('hex');
  }
}

/** An import must arrive at the revision that it announced. */
export function requireRevision(revision: string, expected: string | undefined): void {
  if (expected === undefined || expected === revision) return;
  throw new AssayError(
    'import-damaged',
    `The import gives revision ${revision} instead of ${expected}; export or fetch it again with the same Assay version.`,
  );
}
