import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RepositoryPlace } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useFollow } from '../../ui/location.tsx';
import { DEFAULT_IMAGES, formatImages, type ImagesState, repositoryHref } from './images-state.ts';
import { ImagesTable } from './images-table.tsx';
import { RepositoryFacts } from './repository-facts.tsx';
import { TagTimeline } from './tag-timeline.tsx';

/** One repository: what its tags meant when, and what it holds. */
export function RepositoryView({ state, at }: { state: ImagesState; at: RepositoryPlace }) {
  const { t } = useI18n();
  const follow = useFollow();
  const ofRegistry = `/images${formatImages({ ...DEFAULT_IMAGES, registry: at.registry })}`;
  return (
    <SpaceBetween size="m">
      <BreadcrumbGroup
        ariaLabel={t('images.path')}
        items={[
          { text: t('images.title'), href: '/images' },
          { text: at.registry, href: ofRegistry },
          { text: at.repository, href: repositoryHref(at) },
        ]}
        onFollow={follow}
      />
      <Header variant="h1">
        <span className="assay-break">{at.repository}</span>
      </Header>
      <RepositoryFacts at={at} />
      <TagTimeline at={at} digest={state.digest} />
      <ImagesTable at={at} state={state} />
    </SpaceBetween>
  );
}
