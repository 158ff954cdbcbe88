import SplitPanel from '@cloudscape-design/components/split-panel';
import { useEffect } from 'react';
import { useI18n } from '../../../i18n/i18n.tsx';
import type { FindingsState } from '../findings-state.ts';
import { FindingBody } from './finding-body.tsx';
import { GroupBody } from './group-body.tsx';

interface DetailPanelProps {
  readonly state: FindingsState;
  readonly onState: (change: Partial<FindingsState>) => void;
  readonly onClose: () => void;
}

/** The panel beside the table: one finding, or one vulnerability with the resources that have it. Escape closes it. */
export function DetailPanel({ state, onState, onClose }: DetailPanelProps) {
  const { t } = useI18n();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const inside = event.target instanceof Element && event.target.closest('[class*="split-panel"]') !== null;
      if (event.key === 'Escape' && inside) onClose();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  return (
    <SplitPanel
      header={state.finding !== null ? t('detail.title') : (state.group ?? '')}
      ariaLabel={t('detail.panel')}
      closeBehavior="hide"
      i18nStrings={{
        closeButtonAriaLabel: t('detail.close'),
        openButtonAriaLabel: t('detail.openPanel'),
        preferencesTitle: t('detail.preferences'),
        preferencesPositionLabel: t('detail.position'),
        preferencesPositionDescription: '',
        preferencesPositionSide: t('detail.side'),
        preferencesPositionBottom: t('detail.bottom'),
        preferencesConfirm: t('app.apply'),
        preferencesCancel: t('app.cancel'),
        resizeHandleAriaLabel: t('detail.resize'),
      }}
    >
      {state.finding !== null ? (
        <FindingBody findingArn={state.finding} group={state.group} onState={onState} />
      ) : (
        <GroupBody title={state.group ?? ''} onState={onState} />
      )}
    </SplitPanel>
  );
}
