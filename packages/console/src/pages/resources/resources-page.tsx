import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useCoverageCount } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { ResourcesTable } from './resources-table.tsx';

export function ResourcesPage() {
  const { t } = useI18n();
  const [messages, setMessages] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const dismiss = () => setMessages([]);
  return (
    <PageFrame title="resources.title" notifications={<Flashbar items={messages} />}>
      <SpaceBetween size="m">
        <Header variant="h1" description={t('resources.intro')}>
          {t('resources.title')}
        </Header>
        <Totals />
        <ResourcesTable
          onMessage={(type, content) =>
            setMessages([{ id: content, type, content, dismissible: true, dismissLabel: t('app.close'), onDismiss: dismiss }])
          }
        />
      </SpaceBetween>
    </PageFrame>
  );
}

function Totals() {
  const { t, format } = useI18n();
  const active = useCoverageCount({ scanStatusCode: [{ comparison: 'EQUALS', value: 'ACTIVE' }] }).data;
  const inactive = useCoverageCount({ scanStatusCode: [{ comparison: 'EQUALS', value: 'INACTIVE' }] }).data;
  if (active === undefined || inactive === undefined) return <div className="assay-totals" />;
  return (
    <ul className="assay-counts assay-totals">
      <li className="assay-count">
        <b>{format.number(active)}</b> {t('resources.active')}
      </li>
      <li className="assay-count">
        <b>{format.number(inactive)}</b> {t('resources.inactive')}
      </li>
    </ul>
  );
}
