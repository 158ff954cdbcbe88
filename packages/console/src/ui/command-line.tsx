import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { useI18n } from '../i18n/i18n.tsx';

export function CommandLine({ command }: { command: string }) {
  const { t } = useI18n();
  return (
    <span className="assay-command">
      <code>{command}</code>
      <CopyToClipboard
        variant="icon"
        textToCopy={command}
        copyButtonAriaLabel={`${t('app.copy')}: ${command}`}
        copySuccessText={t('app.copied')}
        copyErrorText={t('app.copyFailed')}
      />
    </span>
  );
}
