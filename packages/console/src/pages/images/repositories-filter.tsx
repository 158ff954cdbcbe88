import Checkbox from '@cloudscape-design/components/checkbox';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import type { Repository } from '../../api/images.ts';
import { useRegistries } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { ImagesState } from './images-state.ts';

interface RepositoriesFilterProps {
  readonly state: ImagesState;
  readonly rows: readonly Repository[];
  readonly onAsk: (change: Partial<ImagesState>) => void;
}

/** Give it the prefix as `key`: what was typed and not asked goes with Back. */
export function RepositoriesFilter({ state, rows, onAsk }: RepositoriesFilterProps) {
  const { t } = useI18n();
  const [prefix, setPrefix] = useState(state.prefix);
  const watched = useRegistries().data?.registries ?? [];
  const hosts = new Set([...watched.map(({ host }) => host), ...rows.map(({ registry }) => registry)]);
  if (state.registry !== '') hosts.add(state.registry);
  const any = { value: '', label: t('images.anyRegistry') };
  return (
    <form
      className="assay-filters"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk({ prefix: prefix.trim() });
      }}
    >
      <div className="assay-filter-text">
        <Input
          type="search"
          value={prefix}
          ariaLabel={t('images.prefix')}
          placeholder={t('images.prefix')}
          spellcheck={false}
          onChange={({ detail }) => {
            setPrefix(detail.value);
            if (detail.value === '') onAsk({ prefix: '' });
          }}
        />
      </div>
      <Select
        ariaLabel={t('field.registry')}
        expandToViewport
        selectedOption={state.registry === '' ? any : { value: state.registry, label: state.registry }}
        options={[any, ...[...hosts].sort().map((value) => ({ value, label: value }))]}
        onChange={({ detail }) => onAsk({ registry: detail.selectedOption.value ?? '' })}
      />
      <Checkbox checked={state.inUse} onChange={({ detail }) => onAsk({ inUse: detail.checked })}>
        {t('images.onlyInUse')}
      </Checkbox>
    </form>
  );
}
