import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { ruleChanges, type VexFormat } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useChange } from '../../ui/use-change.ts';

const FORMATS: Record<VexFormat, { text: string; file: string }> = {
  OPENVEX: { text: 'OpenVEX 0.2', file: 'assay.openvex.json' },
  CSAF: { text: 'CSAF 2.0', file: 'assay.csaf.json' },
  CYCLONEDX: { text: 'CycloneDX 1.6', file: 'assay.cdx.json' },
};

/** What the rules hide now, as a VEX document to keep or pass on. */
export function VexExport() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const action = useChange();
  async function save(format: VexFormat) {
    const answer = await action.run(() => ruleChanges(client).exportVex(format));
    if (answer !== undefined) saveFile(FORMATS[format].file, [answer.document], 'application/json');
  }
  return (
    <>
      <ButtonDropdown
        loading={action.working}
        items={Object.entries(FORMATS).map(([id, { text }]) => ({ id, text }))}
        onItemClick={({ detail }) => void save(detail.id as VexFormat)}
      >
        {t('rules.vexExport')}
      </ButtonDropdown>
      {action.error !== null && <span role="alert">{action.error}</span>}
    </>
  );
}
