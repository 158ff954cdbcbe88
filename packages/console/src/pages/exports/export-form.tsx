import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ExportKind, exportChanges } from '../../api/exports.ts';
import { useKeys } from '../../api/keys.ts';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { useChange } from '../../ui/use-change.ts';
import { findingCriteria } from '../findings/criteria.ts';
import { FilterBox } from '../findings/filter-box.tsx';
import { DEFAULT_STATE, type FindingsState } from '../findings/findings-state.ts';

const FORMATS: Record<ExportKind, readonly { id: string; text: string }[]> = {
  FINDINGS_REPORT: [
    { id: 'CSV', text: 'CSV' },
    { id: 'JSON', text: 'JSON' },
  ],
  SBOM_EXPORT: [
    { id: 'CYCLONEDX_1_4', text: 'CycloneDX 1.4' },
    { id: 'SPDX_2_3', text: 'SPDX 2.3' },
  ],
};
const BUCKETS: Record<ExportKind, string> = { FINDINGS_REPORT: 'reports', SBOM_EXPORT: 'sboms' };

interface ExportFormProps {
  readonly kind: ExportKind;
  /** Which findings a report begins with: what the findings page showed. */
  readonly state?: FindingsState;
  readonly onClose: () => void;
}

export function ExportForm({ kind, state = DEFAULT_STATE, onClose }: ExportFormProps) {
  const { t } = useI18n();
  const { client, now } = useEnvironment();
  const queries = useQueryClient();
  const [filter, setFilter] = useState<Pick<FindingsState, 'conditions' | 'status'>>(state);
  const [format, setFormat] = useState(FORMATS[kind][0]?.id ?? '');
  const [bucket, setBucket] = useState(BUCKETS[kind]);
  const [key, setKey] = useState<string | null>(null);
  const keys = useKeys().data?.keys;
  const keyArn = key ?? keys?.[0]?.keyArn;
  const report = kind === 'FINDINGS_REPORT';
  async function create() {
    if (keyArn === undefined) return;
    const wish = { reportFormat: format, s3Destination: { bucketName: bucket.trim(), kmsKeyArn: keyArn } };
    await exportChanges(client).create(kind, report ? { ...wish, filterCriteria: findingCriteria(filter, now()) } : wish);
    await queries.invalidateQueries();
  }
  return (
    <Dialog
      wide={report}
      title={t(report ? 'exports.createReport' : 'exports.createSboms')}
      onClose={onClose}
      action={t('exports.start')}
      enabled={keyArn !== undefined && bucket.trim() !== ''}
      onConfirm={create}
    >
      {report ? (
        <FormField label={t('exports.which')} description={t('exports.whichHint')} stretch>
          <FilterBox
            {...filter}
            grouped={false}
            onConditions={(conditions) => setFilter({ ...filter, conditions })}
            onStatus={(status) => setFilter({ ...filter, status })}
          />
        </FormField>
      ) : (
        <p className="assay-text">{t('exports.sbomsHint')}</p>
      )}
      <FormField label={t('exports.format')}>
        <SegmentedControl
          label={t('exports.format')}
          selectedId={format}
          options={FORMATS[kind]}
          onChange={({ detail }) => setFormat(detail.selectedId)}
        />
      </FormField>
      <FormField label={t('exports.bucket')} description={t('exports.bucketHint')}>
        <Input value={bucket} onChange={({ detail }) => setBucket(detail.value)} />
      </FormField>
      <KeyField keyArn={keyArn} onKey={setKey} />
    </Dialog>
  );
}

function KeyField({ keyArn, onKey }: { keyArn: string | undefined; onKey: (arn: string) => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const admin = useMay('admin');
  const action = useChange();
  const keys = useKeys().data?.keys;
  if (keys === undefined) return null;
  const options = keys.map((one) => ({
    value: one.keyArn,
    label: one.description ?? one.name ?? one.keyArn.replace(/^.*:/, ''),
    description: one.keyArn,
  }));
  const error = action.error === null ? {} : { errorText: action.error };
  return (
    <FormField label={t('exports.key')} description={t('exports.keyHint')} {...error}>
      {keys.length > 0 ? (
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === keyArn) ?? null}
          onChange={({ detail }) => onKey(detail.selectedOption.value ?? '')}
        />
      ) : admin ? (
        <Button loading={action.working} onClick={() => void action.run(() => exportChanges(client).createKey())}>
          {t('exports.createKey')}
        </Button>
      ) : (
        <span>{t('exports.noKey')}</span>
      )}
    </FormField>
  );
}
