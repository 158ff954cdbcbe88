import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { DEFAULT_IMAGES, formatImages, parseImages, TABS } from './images-state.ts';
import { Monitoring } from './monitoring.tsx';
import { Registries } from './registries.tsx';
import { RepositoriesTable } from './repositories-table.tsx';
import { RepositoryView } from './repository-view.tsx';

export function ImagesPage() {
  const { t } = useI18n();
  const { search } = usePlace();
  const action = useAction();
  const state = parseImages(search);
  if (state.at !== null) {
    return (
      <PageFrame title="images.title">
        <RepositoryView state={state} at={state.at} />
      </PageFrame>
    );
  }
  const hrefOf = (tab: (typeof TABS)[number]) => `/images${formatImages({ ...DEFAULT_IMAGES, tab })}`;
  const content = {
    repositories: () => <RepositoriesTable state={state} />,
    registries: () => <Registries action={action} />,
    monitoring: () => <Monitoring action={action} />,
  }[state.tab]();
  return (
    <PageFrame title="images.title" notifications={action.messages}>
      <SpaceBetween size="m">
        <Header variant="h1" description={t('images.intro')}>
          {t('images.title')}
        </Header>
        <Tabs
          activeTabId={state.tab}
          ariaLabel={t('images.title')}
          tabs={TABS.map((id) => ({ id, label: t(`images.tab.${id}`), href: hrefOf(id), content: id === state.tab && content }))}
          onChange={({ detail }) => navigate(detail.activeTabHref ?? '/images')}
        />
      </SpaceBetween>
    </PageFrame>
  );
}
