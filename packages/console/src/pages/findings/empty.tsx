import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { isBusy, useServiceStatus } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import type { FindingsState } from './findings-state.ts';

/** Says which of three things is true: the filters hide everything, nothing was looked at, or what was looked at is clean. */
export function EmptyFindings({ state, onState }: { state: FindingsState; onState: (change: Partial<FindingsState>) => void }) {
  const { t } = useI18n();
  const status = useServiceStatus().data;
  if (state.conditions.length > 0) {
    return (
      <SpaceBetween size="s" alignItems="center">
        <Box variant="strong">{t('findings.noMatch')}</Box>
        <Button onClick={() => onState({ conditions: [] })}>{t('findings.clearFilters')}</Button>
      </SpaceBetween>
    );
  }
  const resources = status?.counts.resources ?? 0;
  if (resources > 0 && !isBusy(status)) {
    return (
      <SpaceBetween size="xxs" alignItems="center">
        <Box variant="strong">{t('findings.none')}</Box>
        <Box color="text-body-secondary">{t('findings.noneText', { count: resources })}</Box>
      </SpaceBetween>
    );
  }
  return (
    <SpaceBetween size="s" alignItems="center">
      <Box variant="strong">{isBusy(status) ? t('scanning.title') : t('findings.noResources')}</Box>
      <Box color="text-body-secondary">{t('findings.noResourcesText')}</Box>
      <CommandLine command="npx assay submit debian:12" />
      <CommandLine command="npx assay submit ./sbom.cdx.json --repository shop/api --tag 1.4" />
    </SpaceBetween>
  );
}
