import Alert from '@cloudscape-design/components/alert';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type VexImport as Imported, ruleChanges } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';

/** What the service takes in one document. */
const MOST_BYTES = 16_000_000;
const SHOWN = 50;

interface VexImportProps {
  readonly onImported: (imported: Imported) => void;
  readonly onClose: () => void;
}

export function VexImport({ onImported, onClose }: VexImportProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const file = files[0];
  const large = file !== undefined && file.size > MOST_BYTES;
  async function send() {
    if (file === undefined) return;
    onImported(await ruleChanges(client).importVex(await file.text()));
    await queries.invalidateQueries();
  }
  return (
    <Dialog
      title={t('rules.vexImport')}
      onClose={onClose}
      action={t('rules.vexSend')}
      enabled={file !== undefined && !large}
      onConfirm={send}
    >
      <FormField label={t('rules.vexFile')} description={t('rules.vexHint')} errorText={large ? t('rules.vexLarge') : undefined}>
        <FileUpload
          value={files}
          accept=".json,application/json"
          showFileSize
          onChange={({ detail }) => setFiles(detail.value)}
          i18nStrings={{
            uploadButtonText: () => t('rules.vexChoose'),
            dropzoneText: () => t('rules.vexChoose'),
            removeFileAriaLabel: () => t('rules.vexRemove'),
            limitShowFewer: '',
            limitShowMore: '',
          }}
        />
      </FormField>
    </Dialog>
  );
}

/** What became of the statements of a document. */
export function VexResult({ imported, onClose }: { imported: Imported; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t('rules.vexImport')} onClose={onClose}>
      <Alert type={imported.skipped.length === 0 ? 'success' : 'info'}>
        {t('rules.vexCreated', { count: imported.created })} {t('rules.vexReplaced', { count: imported.replaced })}{' '}
        {t('rules.vexSkipped', { count: imported.skipped.length })}
      </Alert>
      <ul className="assay-lines">
        {imported.skipped.slice(0, SHOWN).map((one) => (
          <li key={`${one.vulnerabilityId} ${one.product} ${one.why}`}>
            {one.vulnerabilityId} {one.product} <span className="assay-quiet">{one.why}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
