import type { Gap, GapCode } from '@assay/core/gap.ts';
import type { ScanFinding, ScanResult } from '@assay/core/scan-result.ts';
import { SEVERITIES, type Severity } from '@assay/core/severity.ts';
import { explainFinding } from '@assay/engine/explain.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { WithholdReason } from '@assay/match/withhold.ts';
import { type Cell, table } from '../terminal/table.ts';
import { type Place, type Style, styled } from '../terminal/terminal.ts';
import { isDecisive } from './verdict.ts';

const STYLES: Readonly<Record<Severity, Style>> = {
  CRITICAL: 'magenta',
  HIGH: 'red',
  MEDIUM: 'yellow',
  LOW: 'blue',
  INFORMATIONAL: 'dim',
  UNTRIAGED: 'dim',
};
const HEAD = ['SEVERITY', { title: 'VULNERABILITY', whole: true }, 'PACKAGE', 'INSTALLED', 'FIXED IN', 'TITLE'];
const MAX_GAP_LINES = 12;
/** Gaps in what is known, not in what was looked at. */
const NOTES: ReadonlySet<GapCode> = new Set<GapCode>(['stale-advisories', 'end-of-life-distribution']);

/** The answer for people: findings, what was looked at, how old the knowledge is, and what was not looked at. */
export function resultTable(result: ScanResult, place: Place, why = false): string {
  const lines = [styled(place, 'bold', heading(result)), ''];
  if (result.findings.length > 0) {
    const [head = '', ...rows] = table(place, HEAD, result.findings.map(row));
    lines.push(head, ...rows.flatMap((line, index) => [line, ...(why ? whyLines(result.findings[index]!) : [])]), '');
  }
  lines.push(summary(result), databaseLine(result));
  for (const [reason, count] of Object.entries(result.summary.withheld))
    lines.push(`${count} more ${WITHHELD[reason as keyof typeof WITHHELD] ?? reason}.`);
  lines.push(...gapLines(result.gaps, place));
  return `${lines.join('\n')}\n`;
}

const WITHHELD: Readonly<Record<WithholdReason | 'ignored', string>> = {
  ignored: 'are ignored by a rule of the ignore file',
  'answered-by-distribution': 'concern language packages that the distribution ships and answers for itself',
  'headers-only': 'concern packages that hold only kernel headers',
  'third-party-build': 'concern packages that somebody else built under a name of the distribution',
};

function whyLines(finding: ScanFinding): string[] {
  const where = finding.package.paths.length === 0 ? [] : [`Seen in ${finding.package.paths.slice(0, 3).join(', ')}.`];
  return [...explainFinding(finding), ...where].map((sentence) => `    ${printable(sentence, 500)}`);
}

function heading({ subject, distro }: ScanResult): string {
  const platform = subject.kind === 'image' ? ` (${subject.platform.os}/${subject.platform.architecture})` : '';
  return printable(`${subject.name}${platform}${distro === null ? '' : `, ${distro.prettyName}`}`, 300);
}

function row(finding: ScanFinding): Cell[] {
  const mark = finding.malicious ? ' malicious' : finding.kev ? ' exploited' : '';
  return [
    { text: finding.severity + mark, style: STYLES[finding.severity] },
    { text: printable(finding.vulnerabilityId, 100) },
    { text: printable(finding.package.name, 120) },
    { text: printable(finding.package.version, 80) },
    { text: finding.fixedIn === null ? `(${finding.status})` : printable(finding.fixedIn, 80) },
    { text: printable(finding.title ?? '', 120) },
  ];
}

function summary({ summary: counts, gaps }: ScanResult): string {
  const looked = `${counted(counts.packages, 'package')} looked at`;
  if (counts.findings > 0) {
    const parts = [...SEVERITIES]
      .reverse()
      .flatMap((severity) => (counts.bySeverity[severity] > 0 ? [`${counts.bySeverity[severity]} ${severity.toLowerCase()}`] : []));
    const unrated = counts.bySeverity.UNTRIAGED > 0 ? ' Untriaged ones have no severity yet and count only with --fail-on any.' : '';
    return `${counted(counts.findings, 'finding')} in ${looked}: ${parts.join(', ')}; ${counts.fixable} can be fixed.${unrated}`;
  }
  return gaps.some(isDecisive)
    ? `Nothing can be said to be clean: not everything could be looked at (${looked}).`
    : `No findings in ${looked}.`;
}

function databaseLine({ database }: ScanResult): string {
  const age =
    database.ageDays === null
      ? 'of unknown age'
      : database.ageDays === 0
        ? 'built today'
        : `${database.ageDays} ${database.ageDays === 1 ? 'day' : 'days'} old`;
  const from =
    database.origin === 'snapshot' ? ', the one that came with Assay: it knows only a part; run "assay db update" for the rest' : '';
  return `Advisory database ${database.revision.slice(0, 12)}, ${age}${from}.`;
}

/** Decisive gaps first; the rest is counted when there are many. */
function gapLines(gaps: readonly Gap[], place: Place): string[] {
  const ordered = [...gaps.filter(isDecisive), ...gaps.filter((gap) => !isDecisive(gap))];
  const shown = ordered.slice(0, MAX_GAP_LINES).map((gap) => {
    const where = gap.path === undefined ? '' : `${printable(gap.path, 200)}: `;
    const label = NOTES.has(gap.code) ? 'Note' : 'Not looked at';
    return `${styled(place, isDecisive(gap) ? 'red' : 'yellow', label)}: ${where}${printable(gap.message, 400)} [${gap.code}]`;
  });
  const more = ordered.length - shown.length;
  return more > 0 ? [...shown, `… and ${more} more gaps; --format json lists all.`] : shown;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
