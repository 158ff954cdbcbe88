/**
 * An expected failure that a person can act on: `message` is one sentence that says what is wrong and what to do.
 * Bugs are plain exceptions; a bad file inside a target is a `Gap`, never an exception.
 */
export class AssayError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'AssayError';
    this.code = code;
  }
}
