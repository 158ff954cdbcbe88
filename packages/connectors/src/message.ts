/** What happened, as sinks get it: names, not codes; every text may hold what somebody else wrote. `seq` grows and tells repeated deliveries. */
export type SinkMessage = FindingMessage | ServiceMessage | GroupMessage | DigestMessage | TestMessage;

interface Told {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** ISO 8601. */
  readonly at: string;
}

/** One change of one finding. */
export interface FindingMessage extends Told {
  readonly type: 'finding';
  readonly seq: number;
  /** OPENED, CLOSED, REOPENED, CHANGED, SUPPRESSED, UNSUPPRESSED. */
  readonly kind: string;
  readonly actor: string;
  readonly finding: { readonly arn: string; readonly status: string; readonly severity: string; readonly score: number | null };
  readonly vulnerability: { readonly id: string; readonly title: string | null };
  readonly resource: { readonly type: string; readonly id: string; readonly repository: string | null };
  readonly change: Readonly<Record<string, unknown>>;
  /** The finding as it is now, in Inspector's shape with ISO times; null when it was removed since. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** What is no finding: coverage, scans, rules, due dates, accounts, exports, keys. */
export interface ServiceMessage extends Told {
  readonly type: 'service';
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  /** ARN of what it is about. */
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How many findings went which way. */
export interface Counts {
  readonly opened: number;
  readonly reopened: number;
  readonly closed: number;
  readonly changed: number;
  readonly suppressed: number;
}

export interface Topmost {
  readonly id: string;
  readonly title: string | null;
  readonly severity: string;
  /** Running units of a resource. */
  readonly inUse: number;
}

/** One vulnerability on many resources, or many vulnerabilities on one resource that was looked at. */
export interface GroupMessage extends Told {
  readonly type: 'group';
  readonly seq: number;
  readonly by: 'vulnerability' | 'resource';
  readonly id: string;
  readonly title: string | null;
  /** Highest of the group. */
  readonly severity: string;
  /** Repository or resource that the group is narrowed to (tickets); empty: all. */
  readonly place: string;
  readonly counts: Counts;
  /** Findings of the group that are active now. */
  readonly open: number;
  /** How many resources (or vulnerabilities) it is about, and the first of them. */
  readonly total: number;
  readonly top: readonly Topmost[];
}

/** What happened in an hour or a day. */
export interface DigestMessage extends Told {
  readonly type: 'digest';
  readonly seq: number;
  readonly since: string;
  readonly counts: Counts;
  readonly overdue: number;
  /** Active findings by severity, now. */
  readonly open: Readonly<Record<string, number>>;
  /** Vulnerabilities that opened most. */
  readonly top: readonly (Topmost & { readonly resources: number })[];
}

export interface TestMessage extends Told {
  readonly type: 'test';
  readonly sink: string;
}
