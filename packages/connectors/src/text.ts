import type { Counts, GroupMessage, ServiceMessage, SinkMessage } from './message.ts';

/** A message for people: plain text without control characters. Whoever puts it into a medium escapes it for that medium. */
export interface PlainText {
  readonly title: string;
  readonly lines: readonly string[];
  /** Inspector's word; undefined where none applies. */
  readonly severity?: string;
}

const VERBS: Readonly<Record<string, string>> = {
  OPENED: 'New',
  CLOSED: 'Closed',
  REOPENED: 'Back again',
  CHANGED: 'Changed',
  SUPPRESSED: 'Suppressed',
  UNSUPPRESSED: 'No longer suppressed',
};

export function textOf(message: SinkMessage): PlainText {
  const { title, lines, severity } = raw(message);
  return { title: clean(title, 200), lines: lines.map((line) => clean(line, 500)), ...(severity === undefined ? {} : { severity }) };
}

function raw(message: SinkMessage): PlainText {
  switch (message.type) {
    case 'finding': {
      const { vulnerability, finding, resource } = message;
      const title = `${VERBS[message.kind] ?? message.kind}: ${vulnerability.id} (${finding.severity}) on ${resource.repository ?? resource.id}`;
      return {
        title,
        lines: [vulnerability.title ?? '', resource.id, finding.arn].filter((line) => line !== ''),
        severity: finding.severity,
      };
    }
    case 'group':
      return groupText(message);
    case 'digest': {
      const open = Object.entries(message.open).map(([severity, count]) => `${count} ${severity.toLowerCase()}`);
      return {
        title: `Assay: ${countsText(message.counts)}${message.overdue > 0 ? `, ${message.overdue} overdue` : ''}`,
        lines: [
          `Since ${message.since}, account ${message.account}.`,
          `Active now: ${open.length === 0 ? 'nothing' : open.join(', ')}.`,
          ...message.top.map(
            (one) => `${one.id} (${one.severity}): new on ${one.resources} resources${one.title === null ? '' : `; ${one.title}`}`,
          ),
        ],
      };
    }
    case 'service':
      return serviceText(message);
    case 'test':
      return { title: `Test of ${message.sink}`, lines: ['Assay can reach this place. Nothing has happened.'] };
  }
}

const SUBJECTS: Readonly<Record<string, string>> = {
  COVERAGE: 'Coverage changed',
  SCAN_COMPLETE: 'First scan of',
  FILTER: 'Suppression rule changed',
  DUE_DATE: 'Overdue',
  ACCOUNT: 'Account changed',
  EXPORT: 'Export ended',
  KEY: 'Key changed',
  RUNNING: 'Started to run',
};

function serviceText({ kind, subject, actor, body }: ServiceMessage): PlainText {
  const what = SUBJECTS[kind] ?? kind;
  const { count, first, vulnerabilityId, vulnerabilityIds, severity, resource, dueAt } = body;
  if (typeof count === 'number' && Array.isArray(first)) {
    return {
      title: `${what}: ${count} times`,
      lines: [...first.map((one) => JSON.stringify(one)), ...(count > first.length ? ['and more'] : [])],
    };
  }
  if (kind === 'DUE_DATE' && typeof vulnerabilityId === 'string') {
    return {
      title: `${what}: ${vulnerabilityId} (${severity}) on ${resource}`,
      lines: [`Due since ${dueAt}.`, subject],
      severity: String(severity),
    };
  }
  if (kind === 'RUNNING' && Array.isArray(vulnerabilityIds)) {
    return {
      title: `${what}: ${subject} (${severity})`,
      lines: [
        `${body['critical']} critical, ${body['high']} high, ${body['knownExploited']} with known attacks.`,
        vulnerabilityIds.join(', '),
      ],
      severity: String(severity),
    };
  }
  return { title: `${what}: ${subject}`, lines: [`By ${actor}: ${JSON.stringify(body)}`] };
}

function groupText(message: GroupMessage): PlainText {
  const what = message.by === 'vulnerability' ? 'resources' : 'vulnerabilities';
  const lines = message.top.map((one) => {
    const about = [one.severity, ...(one.inUse > 0 ? [`${one.inUse} running`] : [])].join(', ');
    return `${one.id} (${about})${one.title === null ? '' : `: ${one.title}`}`;
  });
  if (message.total > message.top.length) lines.push(`and ${message.total - message.top.length} more ${what}`);
  const on = message.place === '' ? '' : ` on ${message.place}`;
  return {
    title: `${message.id}${on} (${message.severity}): ${countsText(message.counts)} on ${message.total} ${what}`,
    lines: [...(message.title === null ? [] : [message.title]), ...lines, `Active now: ${message.open}.`],
    severity: message.severity,
  };
}

function countsText(counts: Counts): string {
  const words = { opened: 'new', reopened: 'back again', closed: 'closed', changed: 'changed', suppressed: 'suppressed' };
  const parts = Object.entries(words).flatMap(([name, word]) =>
    counts[name as keyof Counts] > 0 ? [`${counts[name as keyof Counts]} ${word}`] : [],
  );
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

/** Control and format characters could forge lines, headers or the direction of text. */
function clean(text: string, most: number): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}…`;
}
