import { useI18n } from '../../../i18n/i18n.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import type { FindingsState } from '../findings-state.ts';
import { FindingBody } from './finding-body.tsx';
import { GroupBody } from './group-body.tsx';

interface DetailPanelProps {
  readonly state: FindingsState;
  readonly onState: (change: Partial<FindingsState>) => void;
  readonly onClose: () => void;
}

/** The panel beside the table: one finding, or one vulnerability with the resources that have it. */
export function DetailPanel({ state, onState, onClose }: DetailPanelProps) {
  const { t } = useI18n();
  return (
    <SidePanel title={state.finding !== null ? t('detail.title') : (state.group ?? '')} onClose={onClose}>
      {state.finding !== null ? (
        <FindingBody findingArn={state.finding} group={state.group} onState={onState} />
      ) : (
        <GroupBody title={state.group ?? ''} onState={onState} />
      )}
    </SidePanel>
  );
}
