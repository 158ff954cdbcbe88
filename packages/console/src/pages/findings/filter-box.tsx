import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import Select from '@cloudscape-design/components/select';
import { useMemo } from 'react';
import type { Formats } from '../../format/format.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { choiceLabel } from './choice-label.ts';
import { FILTER_FIELDS, type FilterField, STATUSES } from './filter-fields.ts';
import { conditionsOf, tokensOf } from './filter-tokens.ts';
import type { Condition, StatusChoice } from './findings-state.ts';
import { rollingDays } from './last-use.ts';
import { UseSelect } from './use-select.tsx';

interface FilterBoxProps {
  readonly conditions: readonly Condition[];
  readonly status: StatusChoice;
  readonly grouped: boolean;
  readonly onConditions: (conditions: Condition[]) => void;
  readonly onStatus: (status: StatusChoice) => void;
}

export function FilterBox({ conditions, status, grouped, onConditions, onStatus }: FilterBoxProps) {
  const { t, format } = useI18n();
  const properties = useMemo(() => FILTER_FIELDS.map((field) => propertyOf(field, t, format)), [t, format]);
  const options = useMemo(
    () =>
      FILTER_FIELDS.flatMap((field) =>
        (field.values ?? []).map((value) => ({ propertyKey: field.key, value, label: choiceLabel(field.key, value, t) })),
      ),
    [t],
  );
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: tokensOf(conditions) }}
      onChange={(event) => onConditions(conditionsOf(event.detail.tokens))}
      filteringProperties={properties}
      filteringOptions={options}
      hideOperations
      expandToViewport
      freeTextFiltering={{ operators: ['='], defaultOperator: '=' }}
      filteringAriaLabel={t('findings.filterLabel')}
      filteringPlaceholder={t('findings.search')}
      filteringConstraintText={conditions.length > 1 ? t('findings.filterHint') : undefined}
      i18nStrings={{ enteredTextLabel: (text) => t('findings.useFilter', { text }) }}
      customControl={
        <div className="assay-filters">
          {!grouped && <StatusSelect status={status} onStatus={onStatus} />}
          <UseSelect conditions={conditions} onConditions={onConditions} />
        </div>
      }
    />
  );
}

function StatusSelect({ status, onStatus }: { status: StatusChoice; onStatus: (status: StatusChoice) => void }) {
  const { t } = useI18n();
  const options = [...STATUSES, 'ALL' as const].map((value) => ({ value, label: t(`status.${value}`) }));
  return (
    <Select
      ariaLabel={t('field.status')}
      options={options}
      selectedOption={options.find((option) => option.value === status) ?? null}
      onChange={(event) => onStatus((event.detail.selectedOption.value ?? 'ACTIVE') as StatusChoice)}
    />
  );
}

function propertyOf(field: FilterField, t: Translate, format: Formats): PropertyFilterProps.FilteringProperty {
  const label = t(field.label);
  const base = { key: field.key, propertyLabel: label, groupValuesLabel: label };
  switch (field.kind) {
    case 'choice':
      return {
        ...base,
        operators: (['=', '!='] as const).map((operator) => ({
          operator,
          tokenType: 'enum' as const,
          format: (value: string[] | string) =>
            [value]
              .flat()
              .map((one) => choiceLabel(field.key, one, t))
              .join(', '),
        })),
      };
    case 'number':
      return { ...base, operators: ['>=', '<='], defaultOperator: '>=' };
    case 'date':
      return {
        ...base,
        defaultOperator: '>=',
        operators: (['>=', '<='] as const).map((operator) => dateOperator(operator, { label, format, t })),
      };
    case 'tag':
      return { ...base, operators: ['='] };
    default:
      return { ...base, operators: ['=', '!=', '^'] };
  }
}

interface DateWords {
  readonly label: string;
  readonly format: Formats;
  readonly t: Translate;
}

function dateOperator(operator: '>=' | '<=', { label, format, t }: DateWords): PropertyFilterProps.ExtendedOperator<string> {
  return {
    operator,
    form: ({ value, onChange }) => (
      <FormField label={label} constraintText="YYYY-MM-DD">
        <DateInput
          value={rollingDays(value ?? '') === undefined ? (value ?? '') : ''}
          format="iso"
          inputFormat="iso"
          granularity="day"
          onChange={(event) => onChange(event.detail.value)}
        />
      </FormField>
    ),
    format(value) {
      const days = rollingDays(value);
      if (days !== undefined) return t('findings.daysAgo', { count: days });
      return /^\d{4}-\d{2}-\d{2}$/.test(value) ? format.date(new Date(`${value}T00:00:00`).getTime() / 1000) : value;
    },
  };
}
