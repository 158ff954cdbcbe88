import type { Enrichment } from '@assay/core/advisory.ts';
import { isWeaponised } from '@assay/core/score.ts';
import type { ExploitFacts, IssueDoc } from '../view.ts';

const MAX_EXPLOITS = 10;

/** Keys of `issue.doc` that come from enrichments alone. */
export const INTELLIGENCE_KEYS = ['kev', 'exploits'] as const;

export interface Intelligence {
  readonly epss: number;
  /** The day of the EPSS score, ISO 8601. */
  readonly epssDay: string | null;
  readonly kev: string | null;
  readonly exploit: boolean;
  readonly weaponised: boolean;
  readonly doc: Pick<IssueDoc, (typeof INTELLIGENCE_KEYS)[number]>;
}

/** What `issue` holds of EPSS, KEV and exploits: columns, and the part of its document that changes with them and nothing else. */
export function intelligence(enrichment: Enrichment | undefined): Intelligence {
  const kev = enrichment?.kev;
  const exploits = exploitFacts(enrichment);
  return {
    epss: enrichment?.epss?.score ?? -1,
    epssDay: enrichment?.epss?.date ?? null,
    kev: kev?.dateAdded ?? null,
    exploit: kev !== undefined || exploits !== undefined,
    weaponised: isWeaponised(enrichment),
    doc: {
      ...(kev === undefined
        ? {}
        : { kev: { dateAdded: kev.dateAdded, dateDue: kev.dateDue, action: kev.action, ransomware: kev.ransomware, name: kev.name } }),
      ...(exploits === undefined ? {} : { exploits }),
    },
  };
}

function exploitFacts(enrichment: Enrichment | undefined): ExploitFacts | undefined {
  const { exploitDb, metasploit } = enrichment ?? {};
  const seen = enrichment?.cve?.ssvc?.exploitation;
  const facts: ExploitFacts = {
    ...(seen === 'active' || seen === 'poc' ? { ssvc: seen } : {}),
    ...(exploitDb === undefined ? {} : { exploitDb: { ...exploitDb, ids: exploitDb.ids.slice(0, MAX_EXPLOITS) } }),
    ...(metasploit === undefined ? {} : { metasploit: { ...metasploit, modules: metasploit.modules.slice(0, MAX_EXPLOITS) } }),
  };
  return Object.keys(facts).length === 0 ? undefined : facts;
}

/** The last day on which an exploit is known to have appeared, ISO 8601; undefined where no source dates one. */
export function exploitLastSeen(enrichment: Enrichment | undefined): string | undefined {
  return [enrichment?.exploitDb?.lastAt, enrichment?.kev?.dateAdded]
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
}
