import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { type Export, exportChanges } from '../../api/exports.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useChange } from '../../ui/use-change.ts';

/** Fetches the report in plain text and hands it to the reader, telling how much has come. */
export function DownloadReport({ one }: { one: Export }) {
  const { t, format } = useI18n();
  const { client } = useEnvironment();
  const action = useChange();
  const [bytes, setBytes] = useState(0);
  async function download() {
    const file = await action.run(() => exportChanges(client).download(one.reportId, undefined, setBytes));
    if (file !== undefined) saveFile(file.fileName, file.parts, one.format === 'CSV' ? 'text/csv' : 'application/json');
  }
  return (
    <>
      <Button variant="inline-link" disabled={action.working} onClick={() => void download()}>
        {action.working ? format.bytes(bytes) : t('exports.download')}
      </Button>
      {action.error !== null && <div role="alert">{action.error}</div>}
    </>
  );
}
