import type { Cataloger } from './cataloger.ts';
import { apk } from './catalogers/apk/apk.ts';
import { dpkg } from './catalogers/dpkg/dpkg.ts';
import { rpm } from './catalogers/rpm/rpm.ts';

/** Every cataloger, in the order of its id. Adding one is a folder below `catalogers/` and a line here. */
export const catalogers: readonly Cataloger[] = [apk as Cataloger, dpkg as Cataloger, rpm as Cataloger];
