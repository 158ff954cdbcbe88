import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { parseState } from '../findings/findings-state.ts';
import { ExportForm } from './export-form.tsx';
import { ExportsTable } from './exports-table.tsx';

export function ExportsPage() {
  const { t } = useI18n();
  const { search } = usePlace();
  const may = useMay('operator');
  const wanted = new URLSearchParams(search).get('new');
  const close = () => navigate('/exports', { replace: true });
  return (
    <PageFrame title="exports.title">
      <SpaceBetween size="m">
        <Header variant="h1" description={t('exports.intro')} actions={may && <Actions />}>
          {t('exports.title')}
        </Header>
        <ExportsTable />
      </SpaceBetween>
      {may && wanted === 'report' && <ExportForm kind="FINDINGS_REPORT" state={parseState(search)} onClose={close} />}
      {may && wanted === 'sboms' && <ExportForm kind="SBOM_EXPORT" onClose={close} />}
    </PageFrame>
  );
}

function Actions() {
  const { t } = useI18n();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => navigate('/exports?new=sboms')}>{t('exports.createSboms')}</Button>
      <Button variant="primary" onClick={() => navigate('/exports?new=report')}>
        {t('exports.createReport')}
      </Button>
    </SpaceBetween>
  );
}
