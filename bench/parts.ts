import type { Part } from './part.ts';
import { chain } from './parts/chain.ts';
import { collector } from './parts/collector.ts';
import { compile } from './parts/compile.ts';
import { eligibility } from './parts/eligibility.ts';
import { evaluation } from './parts/evaluation.ts';
import { exports } from './parts/exports.ts';
import { fixFirst } from './parts/fix-first.ts';
import { aggregations, lists } from './parts/lists.ts';
import { lookups } from './parts/lookups.ts';
import { matching } from './parts/matching.ts';
import { report } from './parts/report.ts';
import { repositories } from './parts/repositories.ts';
import { running } from './parts/running.ts';
import { manyFiles, scanImage } from './parts/scan.ts';

/** In the order in which they run. */
export const parts: readonly Part[] = [
  scanImage,
  manyFiles,
  lookups,
  matching,
  compile,
  evaluation,
  eligibility,
  lists,
  aggregations,
  fixFirst,
  repositories,
  report,
  exports,
  collector,
  running,
  chain,
];
