import Button from '@cloudscape-design/components/button';
import Flashbar from '@cloudscape-design/components/flashbar';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMay } from '../../api/queries.ts';
import type { VexImport as Imported, SuppressionRule } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { parseState } from '../findings/findings-state.ts';
import { Approval } from './approval.tsx';
import { ApproveRule } from './approve-rule.tsx';
import { DeleteRule } from './delete-rule.tsx';
import { RuleForm } from './rule-form.tsx';
import { RuleHistory } from './rule-history.tsx';
import { RulesTable } from './rules-table.tsx';
import { VexExport } from './vex-export.tsx';
import { VexImport, VexResult } from './vex-import.tsx';

export type RuleTask = 'change' | 'approve' | 'history' | 'delete';

export function RulesPage() {
  const { t } = useI18n();
  const { search } = usePlace();
  const [chosen, setChosen] = useState<{ task: RuleTask; rule: SuppressionRule } | null>(null);
  const [importing, setImporting] = useState(false);
  const [imported, setImported] = useState<Imported | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const may = useMay('operator');
  const making = may && new URLSearchParams(search).get('new') === 'rule';
  const close = () => setChosen(null);
  const done = (text: string) => {
    setMessage(text);
    close();
  };
  const dismiss = () => setMessage(null);
  const items =
    message === null
      ? []
      : [{ id: 'done', type: 'success' as const, content: message, dismissible: true, dismissLabel: t('app.close'), onDismiss: dismiss }];
  return (
    <PageFrame title="rules.title" notifications={<Flashbar items={items} />}>
      <SpaceBetween size="m">
        <Header variant="h1" description={t('rules.intro')} actions={may && <Actions onImport={() => setImporting(true)} />}>
          {t('rules.title')}
        </Header>
        <Approval />
        <RulesTable onTask={(task, rule) => setChosen({ task, rule })} />
      </SpaceBetween>
      {making && (
        <RuleForm
          conditions={parseState(search).conditions}
          onClose={() => navigate('/rules', { replace: true })}
          onDone={(text) => {
            navigate('/rules', { replace: true });
            done(text);
          }}
        />
      )}
      {importing && <VexImport onImported={setImported} onClose={() => setImporting(false)} />}
      {imported !== null && <VexResult imported={imported} onClose={() => setImported(null)} />}
      {chosen?.task === 'change' && <RuleForm rule={chosen.rule} onClose={close} onDone={done} />}
      {chosen?.task === 'approve' && <ApproveRule rule={chosen.rule} onClose={close} onDone={done} />}
      {chosen?.task === 'delete' && <DeleteRule rule={chosen.rule} onClose={close} onDone={done} />}
      {chosen?.task === 'history' && <RuleHistory rule={chosen.rule} onClose={close} />}
    </PageFrame>
  );
}

function Actions({ onImport }: { onImport: () => void }) {
  const { t } = useI18n();
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={onImport}>{t('rules.vexImport')}</Button>
      <VexExport />
      <Button variant="primary" onClick={() => navigate('/rules?new=rule')}>
        {t('rules.create')}
      </Button>
    </SpaceBetween>
  );
}
