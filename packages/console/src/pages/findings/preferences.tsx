import CollectionPreferences, { type CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import { useI18n } from '../../i18n/i18n.tsx';
import { COLUMNS } from './columns.tsx';
import type { ListPreferences } from './list-preferences.ts';

export function Preferences({ value, onChange }: { value: ListPreferences; onChange: (value: ListPreferences) => void }) {
  const { t } = useI18n();
  const preferences: CollectionPreferencesProps.Preferences = {
    pageSize: value.pageSize,
    wrapLines: value.wrapLines,
    contentDensity: value.dense ? 'compact' : 'comfortable',
    contentDisplay: value.columns,
  };
  return (
    <CollectionPreferences
      title={t('findings.preferences')}
      confirmLabel={t('app.apply')}
      cancelLabel={t('app.cancel')}
      preferences={preferences}
      onConfirm={({ detail }) =>
        onChange({
          pageSize: detail.pageSize ?? value.pageSize,
          wrapLines: detail.wrapLines ?? value.wrapLines,
          dense: detail.contentDensity === 'compact',
          columns: (detail.contentDisplay ?? value.columns).map(({ id, visible }) => ({ id, visible })),
        })
      }
      pageSizePreference={{
        title: t('findings.pageSize'),
        options: [20, 50, 100].map((size) => ({ value: size, label: t('findings.rows', { count: size }) })),
      }}
      wrapLinesPreference={{ label: t('findings.wrap'), description: '' }}
      contentDensityPreference={{ label: t('findings.dense'), description: '' }}
      contentDisplayPreference={{
        title: t('findings.columns'),
        options: COLUMNS.map(({ id, header }) => ({ id, label: t(header), alwaysVisible: id === 'vulnerability' })),
      }}
    />
  );
}
