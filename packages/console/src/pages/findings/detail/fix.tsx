import type { Finding, VulnerablePackage } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { fixedVersion, installedVersion, remediationCommand } from '../finding-facts.ts';
import { Section } from './section.tsx';

const MOST = 6;

export function Fix({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const packages = unique(finding.packageVulnerabilityDetails?.vulnerablePackages ?? []);
  const commands = [...new Set(packages.flatMap((pkg) => remediationCommand(pkg) ?? []))];
  const advice = finding.remediation?.recommendation;
  return (
    <Section title={t('detail.fix')}>
      <ul className="assay-lines">
        {packages.slice(0, MOST).map((pkg) => {
          const fixed = fixedVersion(pkg);
          const name = pkg.name ?? '';
          const version = installedVersion(pkg);
          return (
            <li key={`${name} ${version}`}>
              {fixed === undefined ? t('detail.noFix', { name, version }) : t('detail.fixPackage', { name, version, fixed })}
            </li>
          );
        })}
      </ul>
      {packages.length > MOST && <p className="assay-text assay-quiet">{t('findings.morePackages', { count: packages.length - MOST })}</p>}
      {commands.slice(0, 3).map((command) => (
        <CommandLine key={command} command={command} />
      ))}
      {packages.length === 0 && advice?.text !== undefined && advice.text !== 'None Provided' && (
        <p className="assay-text">{advice.text}</p>
      )}
      {advice?.Url !== undefined && advice.Url !== '' && <ExternalLink href={advice.Url} />}
    </Section>
  );
}

function unique(packages: readonly VulnerablePackage[]): VulnerablePackage[] {
  const seen = new Map<string, VulnerablePackage>();
  for (const pkg of packages) {
    const key = `${pkg.name}\n${installedVersion(pkg)}`;
    if (!seen.has(key)) seen.set(key, pkg);
  }
  return [...seen.values()];
}
