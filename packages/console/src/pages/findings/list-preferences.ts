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
