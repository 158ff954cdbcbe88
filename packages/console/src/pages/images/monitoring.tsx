import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { MODES, type MonitoringPreview, PUSH_WINDOWS, type Monitoring as Status, USE_WINDOWS } from '../../api/monitoring.ts';
import { useMay } from '../../api/queries.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { modeText, windowText } from './windows-text.ts';

/** For how long images stay monitored, how many do, and what waits for somebody's word. */
export function Monitoring({ action }: { action: Action }) {
  const { t } = useI18n();
  const query = useAnswer<Status>('assay', '/assay/eligibility/status/get', {});
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Container>{t('app.loading')}</Container>;
  return (
    <SpaceBetween size="m">
      <Held status={query.data} action={action} />
      <Counts status={query.data} />
      <Windows key={`${query.data.pushDuration} ${query.data.useDuration} ${query.data.mode}`} status={query.data} action={action} />
    </SpaceBetween>
  );
}

function Held({ status, action }: { status: Status; action: Action }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const may = useMay('operator');
  if (status.heldImages === 0) return null;
  const accept = () => action.run(() => client.ask('assay', '/assay/eligibility/held/accept', {}), t('images.heldAccepted'));
  return (
    <Alert
      type="warning"
      header={t('images.held', { count: status.heldImages })}
      action={
        may && (
          <Button loading={action.working} onClick={() => void accept()}>
            {t('images.acceptHeld')}
          </Button>
        )
      }
    >
      {t('images.heldText')}
    </Alert>
  );
}

function Counts({ status }: { status: Status }) {
  const { t, format } = useI18n();
  const counts = [
    ['monitored', status.monitoredImages],
    ['stale', status.staleImages],
    ['deleted', status.deletedImages],
    ['lapsed', status.lapsedImages],
  ] as const;
  return (
    <Container header={<Header variant="h2">{t('images.tab.monitoring')}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={counts.map(([name, count]) => ({ label: t(`images.state.${name}`), value: format.number(count) }))}
        />
        <p className="assay-text">{t(`images.use.${status.use}`)}</p>
      </SpaceBetween>
    </Container>
  );
}

function Windows({ status, action }: { status: Status; action: Action }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const admin = useMay('admin');
  const [push, setPush] = useState(status.pushDuration);
  const [use, setUse] = useState(status.useDuration);
  const [mode, setMode] = useState(status.mode);
  const days = (value: string) => windowText(value, t);
  // What stops being used at once has no word among Amazon's, so the window of use goes to our own operation.
  const save = () =>
    action.run(async () => {
      const ecrConfiguration = { rescanDuration: push, pullDateRescanMode: mode };
      await client.ask('inspector2', '/configuration/update', { ecrConfiguration });
      await client.ask('assay', '/assay/eligibility/update', { useDuration: use });
    }, t('images.windowsSaved'));
  const changed = push !== status.pushDuration || use !== status.useDuration || mode !== status.mode;
  const choice = (
    label: string,
    about: string,
    of: { value: string; all: readonly string[]; say: (value: string) => string; set: (value: string) => void },
  ) => (
    <FormField label={label} description={about}>
      <Select
        ariaLabel={label}
        disabled={!admin}
        options={of.all.map((value) => ({ value, label: of.say(value) }))}
        selectedOption={{ value: of.value, label: of.say(of.value) }}
        onChange={({ detail }) => of.set(detail.selectedOption.value ?? of.value)}
      />
    </FormField>
  );
  return (
    <Container
      header={
        <Header variant="h2" description={t('images.windowsText')}>
          {t('images.windows')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          {choice(t('images.pushWindow'), t('images.pushWindowText'), { value: push, all: PUSH_WINDOWS, say: days, set: setPush })}
          {choice(t('images.useWindow'), t('images.useWindowText'), { value: use, all: USE_WINDOWS, say: days, set: setUse })}
          {choice(t('images.mode'), t('images.modeText'), {
            value: mode,
            all: MODES,
            say: (value) => modeText(value, t),
            set: setMode,
          })}
        </ColumnLayout>
        {changed && <Preview windows={{ pushDuration: push, useDuration: use, mode }} />}
        {admin && (
          <Button variant="primary" disabled={!changed} loading={action.working} onClick={() => void save()}>
            {t('app.save')}
          </Button>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** What other windows would end, before they are chosen. */
function Preview({ windows }: { windows: Pick<Status, 'pushDuration' | 'useDuration' | 'mode'> }) {
  const { t } = useI18n();
  const query = useAnswer<MonitoringPreview>('assay', '/assay/eligibility/preview', windows);
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  // An answer to other windows would be a wrong number.
  if (query.data === undefined || query.isPlaceholderData) return <span role="status">{t('images.previewCounting')}</span>;
  const { lapsingImages, monitoredImages, closingFindings, heldImages } = query.data;
  if (lapsingImages === 0) return <span role="status">{t('images.previewNone', { count: monitoredImages })}</span>;
  return (
    <div role="status">
      <Alert type="warning" header={t('images.previewLapse', { count: lapsingImages, all: monitoredImages })}>
        {t('images.previewFindings', { count: closingFindings })} {heldImages > 0 && t('images.previewHeld', { count: heldImages })}
      </Alert>
    </div>
  );
}
