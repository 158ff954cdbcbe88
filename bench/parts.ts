import type { Part } from './part.ts';
import { compile } from './parts/compile.ts';
import { lookups } from './parts/lookups.ts';
import { matching } from './parts/matching.ts';

/** In the order in which they run. */
export const parts: readonly Part[] = [lookups, matching, compile];
