import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useHearsOfClusters } from '../../api/fix-first.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';

/** While nobody tells what runs, the order goes by everything else; that has to be said, and what to do about it. */
export function WhatRuns() {
  const { t } = useI18n();
  if (useHearsOfClusters() !== false) return null;
  return (
    <Alert type="info" header={t('fixFirst.nobodyTells')}>
      <SpaceBetween size="xs">
        <span>{t('fixFirst.nobodyTellsText')}</span>
        <CommandLine command="npx assay cluster add shop" />
      </SpaceBetween>
    </Alert>
  );
}
