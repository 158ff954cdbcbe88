import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { type Export, exportChanges } from '../../api/exports.ts';
import { useCoverage } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { coveredName } from '../resources/resource-facts.ts';

/** An SBOM export is one file a resource: the reader chooses which. */
export function DownloadSbom({ one }: { one: Export }) {
  const { t } = useI18n();
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Button variant="inline-link" onClick={() => setChoosing(true)}>
        {t('exports.download')}
      </Button>
      {choosing && <Choice one={one} onClose={() => setChoosing(false)} />}
    </>
  );
}

function Choice({ one, onClose }: { one: Export; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [chosen, setChosen] = useState<string | null>(null);
  const covered = useCoverage({ maxResults: 200 });
  const options = (covered.data?.coveredResources ?? []).map((resource) => ({
    value: resource.resourceId ?? '',
    label: coveredName(resource),
    description: resource.resourceId ?? '',
  }));
  async function fetchIt() {
    if (chosen === null) return;
    const { fileName, parts } = await exportChanges(client).download(one.reportId, chosen, () => undefined);
    saveFile(fileName, parts, 'application/json');
  }
  return (
    <Dialog title={t('exports.chooseTitle')} onClose={onClose} action={t('exports.download')} enabled={chosen !== null} onConfirm={fetchIt}>
      <FormField label={t('field.resource')} description={t('exports.chooseHint')} stretch>
        <Select
          filteringType="auto"
          statusType={covered.isPending ? 'loading' : 'finished'}
          options={options}
          selectedOption={options.find(({ value }) => value === chosen) ?? null}
          placeholder={t('exports.choose')}
          onChange={({ detail }) => setChosen(detail.selectedOption.value ?? null)}
        />
      </FormField>
    </Dialog>
  );
}
