import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { CAPABILITIES, type Capabilities } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';

/** What a registry tells and what it does not, each in words. */
export function CapabilityList({ capabilities }: { capabilities: Capabilities }) {
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
