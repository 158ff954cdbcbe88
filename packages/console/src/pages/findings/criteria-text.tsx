import type { FilterCriteria } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { choiceLabel } from './choice-label.ts';
import { criteriaConditions } from './criteria-conditions.ts';
import { filterField } from './filter-fields.ts';
import type { Condition } from './findings-state.ts';

const SIGNS = { '=': '=', '!=': '≠', '^': '^', '>=': '≥', '<=': '≤' } as const;

/** Criteria in words, one line a condition; as they are on the wire where the filter box has no words for them. */
export function CriteriaText({ criteria }: { criteria: FilterCriteria }) {
  const { t } = useI18n();
  const conditions = criteriaConditions(criteria);
  if (conditions === null) return <code className="assay-code assay-break">{JSON.stringify(criteria)}</code>;
  return (
    <ul className="assay-lines">
      {conditions.map((one) => (
        <li key={`${one.key}${one.operator}${one.values.join()}`}>{conditionText(one, t)}</li>
      ))}
    </ul>
  );
}

function conditionText({ key, operator, values }: Condition, t: Translate): string {
  const field = filterField(key);
  const words = values.map((value) => (field?.kind === 'choice' ? choiceLabel(key, value, t) : value));
  return `${field === undefined ? key : t(field.label)} ${SIGNS[operator]} ${words.join(', ')}`;
}
