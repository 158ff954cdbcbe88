import Select from '@cloudscape-design/components/select';
import { lazy, Suspense, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Condition } from './findings-state.ts';
import { choiceOfUse, type UseChoice, WINDOWS, withUse, withUseBetween } from './last-use.ts';

const UseRange = lazy(() => import('./use-range.tsx').then((m) => ({ default: m.UseRange })));

interface UseSelectProps {
  readonly conditions: readonly Condition[];
  readonly onConditions: (conditions: Condition[]) => void;
}

/** Narrows to images by when they ran: now, in a window that rolls, or between two days. */
export function UseSelect({ conditions, onConditions }: UseSelectProps) {
  const { t } = useI18n();
  const [asking, setAsking] = useState(false);
  const label = (choice: UseChoice) =>
    choice === 'any' || choice === 'now' || choice === 'range'
      ? t(`findings.use.${choice}`)
      : t('findings.use.days', { count: Number.parseInt(choice, 10) });
  const options = (['any', 'now', ...WINDOWS, 'range'] as const).map((value) => ({ value, label: label(value) }));
  const chosen = choiceOfUse(conditions);
  function choose(value: string | undefined) {
    const choice = options.find((option) => option.value === value)?.value ?? 'any';
    if (choice === 'range') setAsking(true);
    else onConditions(withUse(conditions, choice));
  }
  return (
    <>
      <Select
        ariaLabel={t('findings.use')}
        options={options}
        selectedOption={options.find(({ value }) => value === chosen) ?? null}
        onChange={({ detail }) => choose(detail.selectedOption.value)}
      />
      {asking && (
        <Suspense fallback={null}>
          <UseRange onChoose={(range) => onConditions(withUseBetween(conditions, range))} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
