import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { type DuePolicy, useDuePolicy } from '../../api/due.ts';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { PolicyForm } from './policy-form.tsx';
import { dueRuleText, ownerRuleText } from './policy-text.ts';

/** The account's policy in words; an admin changes it. */
export function Policy() {
  const { t } = useI18n();
  const admin = useMay('admin');
  const [open, setOpen] = useState(false);
  const query = useDuePolicy();
  const policy = query.data;
  return (
    <Container
      header={
        <Header variant="h2" actions={admin && policy !== undefined && <Button onClick={() => setOpen(true)}>{t('due.change')}</Button>}>
          {t('due.policy')}
        </Header>
      }
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {policy !== undefined && <Words policy={policy} />}
      {open && policy !== undefined && <PolicyForm policy={policy} onClose={() => setOpen(false)} />}
    </Container>
  );
}

function Words({ policy }: { policy: DuePolicy }) {
  const { t } = useI18n();
  if (policy.rules.length === 0) return <p className="assay-text">{t('due.noPolicy')}</p>;
  return (
    <>
      <p className="assay-text assay-quiet">{t('due.firstFits')}</p>
      <ol>
        {policy.rules.map((rule) => (
          <li key={rule.name}>
            <b>{rule.name}</b>: {dueRuleText(rule, t)}
          </li>
        ))}
      </ol>
      {policy.owners.length > 0 && (
        <>
          <p className="assay-text assay-quiet">{t('due.ownersFit')}</p>
          <ol>
            {policy.owners.map((rule) => (
              <li key={JSON.stringify(rule)}>{ownerRuleText(rule, t)}</li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}
