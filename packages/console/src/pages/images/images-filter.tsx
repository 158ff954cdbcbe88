import Checkbox from '@cloudscape-design/components/checkbox';
import Select from '@cloudscape-design/components/select';
import Token from '@cloudscape-design/components/token';
import { useI18n } from '../../i18n/i18n.tsx';
import { type ImagesState, STATUSES } from './images-state.ts';
import { shortDigest } from './tag-lanes.ts';

export function ImagesFilter({ state, onAsk }: { state: ImagesState; onAsk: (change: Partial<ImagesState>) => void }) {
  const { t } = useI18n();
  const option = (status: ImagesState['status']) => ({
    value: status ?? '',
    label: t(status === null ? 'images.anyStatus' : status === 'ACTIVE' ? 'resources.active' : 'resources.inactive'),
  });
  return (
    <div className="assay-filters">
      <Select
        ariaLabel={t('field.status')}
        expandToViewport
        selectedOption={option(state.status)}
        options={[null, ...STATUSES].map(option)}
        onChange={({ detail }) => onAsk({ status: STATUSES.find((one) => one === detail.selectedOption.value) ?? null })}
      />
      <Checkbox checked={state.inUse} onChange={({ detail }) => onAsk({ inUse: detail.checked })}>
        {t('images.onlyInUse')}
      </Checkbox>
      {state.digest !== '' && (
        <Token
          variant="inline"
          label={shortDigest(state.digest)}
          dismissLabel={t('images.allDigests')}
          onDismiss={() => onAsk({ digest: '' })}
        />
      )}
    </div>
  );
}
