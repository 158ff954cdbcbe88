import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { choiceLabel } from '../findings/choice-label.ts';
import { COVERAGE_FIELDS, type CoverageField, type CoverageState } from './coverage-state.ts';

export function CoverageFilter({ state, onState }: { state: CoverageState; onState: (state: CoverageState) => void }) {
  const { t } = useI18n();
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: state.conditions.map(({ key, operator, value }) => ({ propertyKey: key, operator, value })) }}
      onChange={({ detail }) => onState({ conditions: detail.tokens.flatMap(conditionOf) })}
      filteringProperties={COVERAGE_FIELDS.map((field) => ({
        key: field.key,
        propertyLabel: t(field.label),
        groupValuesLabel: t(field.label),
        operators: ['=', '!='],
      }))}
      filteringOptions={COVERAGE_FIELDS.flatMap((field) =>
        (field.values ?? []).map((value) => ({ propertyKey: field.key, value, label: labelOf(field, value, t) })),
      )}
      hideOperations
      expandToViewport
      disableFreeTextFiltering
      filteringAriaLabel={t('resources.filterLabel')}
      filteringPlaceholder={t('resources.filter')}
      i18nStrings={{ enteredTextLabel: (text) => t('findings.useFilter', { text }) }}
    />
  );
}

function conditionOf(token: PropertyFilterProps.Token): CoverageState['conditions'] {
  const { propertyKey, operator, value } = token;
  if (propertyKey === undefined || typeof value !== 'string' || value === '') return [];
  return [{ key: propertyKey, operator: operator === '!=' ? '!=' : '=', value }];
}

function labelOf(field: CoverageField, value: string, t: Translate): string {
  if (field.key === 'scanStatusCode') return t(value === 'ACTIVE' ? 'resources.active' : 'resources.inactive');
  if (field.key === 'scanStatusReason') return choiceLabel('reason', value, t);
  if (field.key === 'scanType') return choiceLabel('resources.scan', value, t);
  return choiceLabel(field.key, value, t);
}
