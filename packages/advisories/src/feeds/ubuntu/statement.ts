import type { AdvisoryStatus, Affected } from '@assay/core/advisory.ts';

/** What one status line says, or why it says nothing. */
export type Verdict = { readonly status: AdvisoryStatus; readonly fixed?: string; readonly note?: string } | { readonly nothing: string };

/**
 * Meaning of `status (detail)` in the Ubuntu tracker (its README defines the words).
 * "ignored" only says that nobody will fix it: what was needed when support ended stays affected.
 */
export function readStatus(word: string, detail: string): Verdict {
  const note = detail === '' ? {} : { note: detail };
  switch (word) {
    case 'released':
      return looksLikeVersion(detail) ? { status: 'fixed', fixed: detail } : { nothing: 'released without a version' };
    case 'not-affected':
      return { status: 'not-affected', ...note };
    case 'needed':
    case 'active':
    case 'pending':
      return { status: 'affected', ...note };
    case 'needs-triage':
      return { status: 'under-investigation' };
    case 'deferred':
      return { status: 'deferred', ...note };
    case 'ignored':
      return { status: ignoredStatus(detail.toLowerCase()), ...note };
    case 'DNE':
      return { nothing: 'package is not in the release' };
    default:
      return { nothing: 'unknown status' };
  }
}

function ignoredStatus(detail: string): AdvisoryStatus {
  if (/\bwas (?:needed|pending|active|released)\b/.test(detail)) return 'affected';
  if (/\bwas deferred/.test(detail)) return 'deferred';
  if (/\bwas needs-triage/.test(detail)) return 'under-investigation';
  return /end[ -]of[ -](?:life|(?:standard )?support)|out of (?:standard )?support|\beol\b/.test(detail) ? 'end-of-life' : 'will-not-fix';
}

function looksLikeVersion(text: string): boolean {
  return /^[0-9][\w.+:~-]{0,150}$/.test(text);
}

export function affectedBy(pkg: Affected['package'], verdict: Exclude<Verdict, { nothing: string }>, extra: Affected['assay']): Affected {
  const end = verdict.status === 'not-affected' ? '0' : verdict.fixed;
  const events = end === undefined ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed: end }];
  const note = verdict.note === undefined ? {} : { note: verdict.note.slice(0, 300) };
  return { package: pkg, ranges: [{ type: 'ECOSYSTEM', events }], assay: { ...extra, status: verdict.status, ...note } };
}
