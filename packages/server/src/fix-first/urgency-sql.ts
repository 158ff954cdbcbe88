import { FIX_AVAILABLE } from '@assay/core/finding.ts';
import { LIKELY_EPSS, URGENCY_WEIGHTS } from '@assay/core/fix-first.ts';
import { EXPOSURE_CODES } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';

/** A column of codes as the weights of their names. */
function weighed<N extends string>(column: string, codes: Readonly<Record<N, number>>, weights: Readonly<Record<N, number>>): string {
  const arms = (Object.keys(codes) as N[]).map((name) => `when ${codes[name]} then ${weights[name]}`);
  return `case ${column} ${arms.join(' ')} end`;
}

const { exposure, exploitation, severity, fix } = URGENCY_WEIGHTS;

/** Twins of core's `urgencyOf`, factor by factor: over `resource r`, `issue i`, `finding f`. */
const EXPOSURE_WEIGHT = weighed('r.exposure', EXPOSURE_CODES, exposure);
const EXPLOITATION_WEIGHT = `case when i.weaponised then ${exploitation.KNOWN} when i.exploit then ${exploitation.PUBLIC}
  when i.epss >= ${LIKELY_EPSS}::real then ${exploitation.LIKELY} else ${exploitation.NONE} end`;
const SEVERITY_WEIGHT = weighed('f.severity', SEVERITY_CODES, severity);
/** Without what a fix adds. */
export const DANGER = `${EXPOSURE_WEIGHT} * ${EXPLOITATION_WEIGHT} * ${SEVERITY_WEIGHT}`;
export const FIX_WEIGHT = weighed('f.fix', FIX_AVAILABLE, fix);
/** The most that a package of the finding can have: one of some may have a fix. */
export const MOST_FIX_WEIGHT = `case f.fix when ${FIX_AVAILABLE.NO} then ${fix.NO} else ${fix.YES} end`;
/** Of one package, over `finding_package fp`. */
export const PACKAGE_FIX_WEIGHT = `case when fp.fixed is null then ${fix.NO} else ${fix.YES} end`;

/**
 * Beyond this much of exploitation × severity × fix a finding has to be about something that is exploited, or likely to be: few are, and they
 * are found by their vulnerabilities. Whatever is more urgent than `NOTABLE_URGENCY` is among them, however exposed it is.
 */
const NOTABLE = exploitation.NONE * severity.CRITICAL * fix.YES;
export const NOTABLE_URGENCY = NOTABLE * exposure.INTERNET;
/** Over `issue i`, `finding f`. */
export const IS_NOTABLE = `(i.weaponised or i.exploit or i.epss >= ${LIKELY_EPSS}::real)
  and ${EXPLOITATION_WEIGHT} * ${SEVERITY_WEIGHT} * ${MOST_FIX_WEIGHT} > ${NOTABLE}`;
