import type { Cataloger } from '../cataloger.ts';

/** Id under which the bytes of the files that name the distribution travel; never part of an inventory. */
export const DISTRO_READER = '#distro';

/** A reader of whole small files: its only fact is the file in base64. Nested roots are selected too. */
export function distroReader(paths: readonly string[]): Cataloger<string> {
  return {
    id: DISTRO_READER,
    version: 1,
    wants: { suffixes: paths.map((path) => `/${path}`), maxBytes: 1 << 20 },
    *extract(file) {
      yield file.bytes.toString('base64');
    },
  };
}
