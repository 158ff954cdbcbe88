import type { VersionSchemeId } from '../package-type.ts';

/**
 * How versions of one format are ordered. `parse` gives undefined for a text that is no version of the format at all; whoever asked
 * must say so (a gap), never take it for "not affected". `compare` is a total preorder on what `parse` gives. Both are linear in the
 * length of the text: versions come from hostile files.
 */
export interface VersionScheme<Parsed = unknown> {
  readonly id: VersionSchemeId;
  parse(text: string): Parsed | undefined;
  /** Negative, 0 or positive. */
  compare(a: Parsed, b: Parsed): number;
}
