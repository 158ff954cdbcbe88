import type { AppLayoutProps } from '@cloudscape-design/components/app-layout';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { ungroupable } from './criteria.ts';
import { FilterBox } from './filter-box.tsx';
import { filterField } from './filter-fields.ts';
import { DEFAULT_STATE, type FindingsState, formatState, parseState } from './findings-state.ts';
import { GroupsTable } from './groups-table.tsx';
import { ListTable } from './list-table.tsx';
import { SeverityBar } from './severity-bar.tsx';

const DetailPanel = lazy(() => import('./detail/detail-panel.tsx').then((m) => ({ default: m.DetailPanel })));

export function FindingsPage() {
  const { t } = useI18n();
  const { state, layout, open, change, close } = useFindings();
  const table = {
    state,
    onState: change,
    actions: <Actions state={state} onState={change} />,
    filter: (
      <FilterBox
        conditions={state.conditions}
        status={state.status}
        grouped={state.view === 'grouped'}
        onConditions={(conditions) => change({ conditions, finding: null, group: null })}
        onStatus={(status) => change({ status })}
      />
    ),
  };
  return (
    <PageFrame
      title="findings.title"
      layout={layout}
      panel={{
        open,
        onClose: close,
        content: (
          <Suspense fallback={null}>
            <DetailPanel state={state} onState={change} onClose={close} />
          </Suspense>
        ),
      }}
    >
      <SpaceBetween size="m">
        <Header variant="h1">{t('findings.title')}</Header>
        <SeverityBar />
        {state.view === 'grouped' ? <GroupsTable {...table} /> : <ListTable {...table} />}
      </SpaceBetween>
    </PageFrame>
  );
}

function Actions({ state, onState }: { state: FindingsState; onState: (change: Partial<FindingsState>) => void }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const operator = useMay('operator');
  const blocking = ungroupable(state);
  const fields = blocking.map(({ key }) => filterField(key)?.label).map((label) => (label === undefined ? '' : t(label)));
  const reason = state.status !== 'ACTIVE' ? t('findings.cannotGroupStatus') : t('findings.cannotGroup', { fields: fields.join(', ') });
  const disabled = blocking.length > 0 || state.status !== 'ACTIVE';
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <SegmentedControl
        label={t('findings.view')}
        selectedId={state.view}
        options={[
          { id: 'grouped', text: t('findings.grouped'), disabled, ...(disabled ? { disabledReason: reason } : {}) },
          { id: 'list', text: t('findings.list') },
        ]}
        onChange={({ detail }) =>
          onState({
            view: detail.selectedId === 'list' ? 'list' : 'grouped',
            sort: DEFAULT_STATE.sort,
            descending: true,
            finding: null,
            group: null,
          })
        }
      />
      {operator && (
        <Button onClick={() => navigate(`/exports?new=report&${formatState({ ...state, finding: null, group: null }).slice(1)}`)}>
          {t('findings.report')}
        </Button>
      )}
      {operator && state.conditions.length > 0 && (
        <Button onClick={() => navigate(`/rules${formatState({ ...DEFAULT_STATE, conditions: state.conditions })}&new=rule`)}>
          {t('findings.suppress')}
        </Button>
      )}
      <Button iconName="refresh" ariaLabel={t('app.refresh')} onClick={() => void queries.invalidateQueries()} />
    </SpaceBetween>
  );
}

/** What the address says, ways to change it, and where the focus goes when the panel opens and closes. */
function useFindings() {
  const { search } = usePlace();
  const state = parseState(search);
  const layout = useRef<AppLayoutProps.Ref>(null);
  const opener = useRef<Element | null>(null);
  const shown = state.finding ?? state.group;
  const open = shown !== null;

  function change(part: Partial<FindingsState>) {
    const next = { ...state, ...part };
    if (part.conditions !== undefined && ungroupable(next).length > 0)
      return navigate(`/${formatState({ ...next, view: 'list', sort: DEFAULT_STATE.sort, descending: true })}`);
    // Where focus goes back to when the panel closes: never a link inside the panel itself.
    const active = document.activeElement;
    if ((part.finding ?? part.group) != null && active?.closest('[class*="split-panel"]') === null) opener.current = active;
    navigate(`/${formatState(next)}`);
  }
  function close() {
    navigate(`/${formatState({ ...state, finding: null, group: null })}`);
    // Back to the link that opened the panel, where the reader was.
    const element = opener.current;
    opener.current = null;
    if (element instanceof HTMLElement) window.requestAnimationFrame(() => element.focus());
  }
  useEffect(() => {
    if (open && shown !== '' && opener.current !== null) window.requestAnimationFrame(() => layout.current?.focusSplitPanel());
  }, [open, shown]);
  return { state, layout, open, change, close };
}
