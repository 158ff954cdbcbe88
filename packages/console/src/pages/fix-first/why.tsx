import type { Exploitation, Exposure, FixFirstAction } from '../../api/fix-first.ts';
import { useI18n } from '../../i18n/i18n.tsx';

/** Marks of 3 are what makes people get up at night, 0 what nobody minds. */
const EXPOSURE_MARKS: Record<Exposure, number> = { INTERNET: 3, UNKNOWN: 1, PRIVATE_NETWORK: 1, CLUSTER_OR_NONE: 0 };
const EXPLOITATION_MARKS: Record<Exploitation, number> = { KNOWN: 3, PUBLIC: 2, LIKELY: 1, NONE: 0 };

/** Why an action stands where it does: what runs, who reaches it, who attacks with it, whether it can be fixed. */
export function Why({ action }: { action: FixFirstAction }) {
  const { t } = useI18n();
  const { running, inUseCount, exposure, exploitation } = action;
  const fixable = action.packages.some(({ fixedInVersion }) => fixedInVersion !== undefined);
  const reasons = [
    { text: running ? t('fixFirst.runs', { count: inUseCount }) : t('fixFirst.runsNot'), mark: running ? 2 : 0 },
    { text: t(`fixFirst.exposure.${exposure}`), mark: EXPOSURE_MARKS[exposure] },
    { text: t(`fixFirst.exploitation.${exploitation}`), mark: EXPLOITATION_MARKS[exploitation] },
    ...(fixable ? [] : [{ text: t('fixFirst.noFix'), mark: 0 }]),
  ];
  return (
    <ul className="assay-reasons">
      {reasons.map(({ text, mark }) => (
        <li key={text} data-mark={mark}>
          {text}
        </li>
      ))}
    </ul>
  );
}
