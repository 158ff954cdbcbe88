import type { ExploitFacts, IssueDoc } from '../findings/view.ts';

export interface Evidence {
  readonly rule: string;
  readonly detail: string;
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM';
}

/** What is known of attacks with a vulnerability, each from a named source; empty where nobody says anything. */
export interface AttackFacts {
  readonly evidences: readonly Evidence[];
  /** ATT&CK techniques that a source states, not ones that could be guessed from a weakness. */
  readonly ttps: readonly string[];
  /** Ready-made attack tools. */
  readonly tools: readonly string[];
  /** First and last day of which a source speaks, ISO 8601. */
  readonly observed?: { readonly first: string; readonly last: string };
}

const DATA_ENCRYPTED_FOR_IMPACT = 'T1486';
const COMPROMISED_SUPPLY_CHAIN = 'T1195.002';

/** From the part of `issue.doc` that enrichments fill. The worst first. */
export function attackFacts({ kev, exploits = {}, malicious = false }: Pick<IssueDoc, 'kev' | 'exploits' | 'malicious'>): AttackFacts {
  const evidences: Evidence[] = [
    ...(malicious
      ? [{ rule: 'OpenSSF malicious packages', detail: 'The package itself was published to do harm.', severity: 'CRITICAL' as const }]
      : []),
    ...(kev === undefined ? [] : kevEvidence(kev)),
    ...exploitEvidence(exploits),
  ];
  const days = [kev?.dateAdded, exploits.exploitDb?.firstAt, exploits.exploitDb?.lastAt].filter((day) => day !== undefined).sort();
  const [first, last] = [days[0], days.at(-1)];
  return {
    evidences,
    ttps: [
      ...new Set([
        ...(malicious ? [COMPROMISED_SUPPLY_CHAIN] : []),
        ...(kev?.ransomware === true ? [DATA_ENCRYPTED_FOR_IMPACT] : []),
        ...(exploits.metasploit?.ttps ?? []),
      ]),
    ],
    tools: exploits.metasploit?.modules.map((name) => `Metasploit ${name}`) ?? [],
    ...(first === undefined || last === undefined ? {} : { observed: { first, last } }),
  };
}

function kevEvidence(kev: NonNullable<IssueDoc['kev']>): Evidence[] {
  const name = kev.name === undefined ? '' : `: ${kev.name}`;
  return [
    { rule: 'CISA KEV', detail: `Listed as exploited since ${kev.dateAdded}${name}.`, severity: 'CRITICAL' },
    ...(kev.ransomware === true
      ? [{ rule: 'CISA KEV ransomware', detail: 'Known to be used in ransomware campaigns.', severity: 'CRITICAL' as const }]
      : []),
  ];
}

function exploitEvidence({ ssvc, metasploit, exploitDb }: ExploitFacts): Evidence[] {
  const count = exploitDb?.ids.length ?? 0;
  const named = exploitDb?.ids.slice(0, 3).map((id) => `EDB-${id}`) ?? [];
  return [
    ...(ssvc === 'active' ? [{ rule: 'CISA SSVC', detail: 'Attacks were seen.', severity: 'CRITICAL' as const }] : []),
    ...(metasploit === undefined
      ? []
      : [{ rule: 'Metasploit', detail: `Ready to use as ${metasploit.modules.slice(0, 3).join(', ')}.`, severity: 'HIGH' as const }]),
    ...(count === 0
      ? []
      : [
          {
            rule: 'Exploit-DB',
            detail: `Published as ${named.join(', ')}${count > named.length ? ' and others' : ''}.`,
            severity: 'MEDIUM' as const,
          },
        ]),
    ...(ssvc === 'poc' ? [{ rule: 'CISA SSVC', detail: 'A proof of concept is public.', severity: 'MEDIUM' as const }] : []),
  ];
}
