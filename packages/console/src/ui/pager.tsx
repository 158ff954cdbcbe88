import Pagination from '@cloudscape-design/components/pagination';
import { useI18n } from '../i18n/i18n.tsx';
import type { Pages } from './use-pages.ts';

export function Pager({
  pages,
  nextToken,
  label,
  disabled,
}: {
  pages: Pages;
  nextToken: string | undefined;
  label: string;
  disabled: boolean;
}) {
  const { t } = useI18n();
  return (
    <Pagination
      currentPageIndex={pages.index}
      pagesCount={pages.count(nextToken)}
      disabled={disabled}
      openEnd={false}
      ariaLabels={{
        paginationLabel: label,
        nextPageLabel: t('findings.nextPage'),
        previousPageLabel: t('findings.previousPage'),
        pageLabel: (page) => t('findings.page', { page }),
      }}
      onChange={(event) => pages.go(event.detail.currentPageIndex, nextToken)}
    />
  );
}
