import ExpandableSection from '@cloudscape-design/components/expandable-section';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { CAPABILITIES, type Capabilities, type RegistryKind } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';

/** What a registry tells and what it does not, each in words. */
function CapabilityList({ capabilities }: { capabilities: Capabilities }) {
  const { t } = useI18n();
  return (
    <ul className="assay-lines">
      {CAPABILITIES.map((name) => (
        <li key={name}>
          <StatusIndicator type={capabilities[name] ? 'success' : 'stopped'}>
            {t(capabilities[name] ? `images.tells.${name}` : `images.tellsNot.${name}`)}
          </StatusIndicator>
        </li>
      ))}
    </ul>
  );
}

export function KindFacts({ kind, capabilities, isNew }: { kind: RegistryKind; capabilities: Capabilities; isNew: boolean }) {
  const { t } = useI18n();
  return (
    <ExpandableSection headerText={t('images.canTell')} defaultExpanded={isNew}>
      <CapabilityList capabilities={capabilities} />
      {kind.permissions.length > 0 && (
        <>
          <div>{t('images.permissions')}</div>
          <ul className="assay-lines">
            {kind.permissions.map((permission) => (
              <li key={permission}>
                <code className="assay-code">{permission}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </ExpandableSection>
  );
}
