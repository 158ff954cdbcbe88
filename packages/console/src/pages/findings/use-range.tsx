import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface UseRangeProps {
  readonly onChoose: (range: { from: string; to: string }) => void;
  readonly onClose: () => void;
}

/** Two days that do not move; either may be left out. */
export function UseRange({ onChoose, onClose }: UseRangeProps) {
  const { t } = useI18n();
  const [range, setRange] = useState({ from: '', to: '' });
  const whole = Object.values(range).every((day) => day === '' || /^\d{4}-\d{2}-\d{2}$/.test(day));
  const ordered = range.from === '' || range.to === '' || range.from <= range.to;
  return (
    <Dialog
      title={t('findings.useRange')}
      action={t('app.apply')}
      enabled={whole && ordered && (range.from !== '' || range.to !== '')}
      onConfirm={async () => onChoose(range)}
      onClose={onClose}
    >
      {(['from', 'to'] as const).map((end) => (
        <FormField key={end} label={t(`findings.useRange.${end}`)} constraintText="YYYY-MM-DD">
          <DateInput
            value={range[end]}
            format="iso"
            inputFormat="iso"
            granularity="day"
            onChange={({ detail }) => setRange({ ...range, [end]: detail.value })}
          />
        </FormField>
      ))}
    </Dialog>
  );
}
