import CollectionPreferences, { type CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import { useI18n } from '../../i18n/i18n.tsx';
import { useRemembered } from '../../ui/preferences.tsx';
import { COLUMNS } from './columns.tsx';

export interface ListPreferences {
  readonly pageSize: number;
  readonly wrapLines: boolean;
  readonly dense: boolean;
  readonly columns: readonly { id: string; visible: boolean }[];
}
const INITIAL: ListPreferences = {
  pageSize: 50,
  wrapLines: false,
  dense: true,
  columns: COLUMNS.map(({ id, shown }) => ({ id, visible: shown })),
};

/** What was remembered, with columns that came later appended and those that went away dropped. */
export function useListPreferences(): [ListPreferences, (value: ListPreferences) => void] {
  const [remembered, remember] = useRemembered<ListPreferences>('assay.findings.table', INITIAL);
  const stored = Array.isArray(remembered.columns) ? remembered.columns : INITIAL.columns;
  const known = stored.filter((column) => COLUMNS.some(({ id }) => id === column.id));
  const added = INITIAL.columns.filter((column) => !known.some(({ id }) => id === column.id));
  const pageSize = [20, 50, 100].includes(remembered.pageSize) ? remembered.pageSize : INITIAL.pageSize;
  return [{ ...remembered, pageSize, columns: [...known, ...added] }, remember];
}

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
