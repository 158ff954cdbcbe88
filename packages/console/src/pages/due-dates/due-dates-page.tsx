import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { DueTable } from './due-table.tsx';
import { OwnersTable } from './owners-table.tsx';
import { Policy } from './policy.tsx';

export function DueDatesPage() {
  const { t } = useI18n();
  const [owner, setOwner] = useState<string | null>(null);
  return (
    <PageFrame title="due.title">
      <SpaceBetween size="m">
        <Header variant="h1" description={t('due.intro')}>
          {t('due.title')}
        </Header>
        <Policy />
        <OwnersTable onOwner={setOwner} />
        <DueTable owner={owner} onOwner={setOwner} />
      </SpaceBetween>
    </PageFrame>
  );
}
