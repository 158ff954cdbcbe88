import type { Cataloger } from './cataloger.ts';
import { apk } from './catalogers/apk/apk.ts';
import { dpkg } from './catalogers/dpkg/dpkg.ts';
import { goBinary } from './catalogers/go-binary/go-binary.ts';
import { goMod } from './catalogers/go-mod/go-mod.ts';
import { npm } from './catalogers/npm/npm.ts';
import { npmLock } from './catalogers/npm-lock/npm-lock.ts';
import { python } from './catalogers/python/python.ts';
import { pythonRequirements } from './catalogers/python-requirements/python-requirements.ts';
import { rpm } from './catalogers/rpm/rpm.ts';

/** Every cataloger, in the order of its id. Adding one is a folder below `catalogers/` and a line here. */
export const catalogers = [apk, dpkg, goBinary, goMod, npm, npmLock, python, pythonRequirements, rpm] as readonly Cataloger[];
