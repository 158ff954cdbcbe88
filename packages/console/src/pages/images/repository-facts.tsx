import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { type RepositoryPlace, useRepositories } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Moment } from '../../ui/moment.tsx';
import { CountsBar, findingsOf } from './counts-bar.tsx';

/** Enough for the accounts that have one of the same name. */
const MOST = 20;

/** The line of the repository in the list of all, opened up. */
export function RepositoryFacts({ at }: { at: RepositoryPlace }) {
  const { t } = useI18n();
  const { repositories = [] } = useRepositories({ registry: at.registry, repositoryPrefix: at.repository, maxResults: MOST }).data ?? {};
  const row = repositories.find(
    ({ repository, accountId }) => repository === at.repository && (at.accountId === undefined || accountId === at.accountId),
  );
  if (row === undefined) return null;
  const { images, imagesInUse, inUseCount, findings, lastPushedAt, scanFrequency } = row;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        {
          label: t('images.findings'),
          value: <CountsBar findings={findings} of={at.repository} href={findingsOf('ecrImageRepositoryName', [at.repository])} />,
        },
        {
          label: t('images.inUse'),
          value: t('images.ofImages', { some: imagesInUse, count: images, copies: t('images.copies', { count: inUseCount }) }),
        },
        { label: t('images.lastPush'), value: <Moment at={lastPushedAt} /> },
        { label: t('images.frequency'), value: t(scanFrequency === undefined ? 'images.submitted' : `images.frequency.${scanFrequency}`) },
      ]}
    />
  );
}
