import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { errorText } from '../../ui/error-text.ts';
import { navigate, usePlace } from '../../ui/location.tsx';
import { tokenOf } from './token.ts';

const REFUSALS = ['unavailable', 'refused', 'expired', 'group'] as const;

/** Where a one-time link lands, and where everyone without a session is sent. */
export function SignInPage() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  const { search } = usePlace();
  const [error, setError] = useState<unknown>(undefined);
  const [working, setWorking] = useState(() => tokenOf(window.location.hash) !== null);
  // The token works once; React's double effect in development must not spend it twice.
  const spent = useRef(false);
  useEffect(() => {
    const token = tokenOf(window.location.hash);
    if (token === null || spent.current) return;
    spent.current = true;
    window.history.replaceState(null, '', '/sign-in');
    client.signIn(token).then(
      () => {
        queries.clear();
        navigate('/', { replace: true });
      },
      (reason: unknown) => {
        setError(reason);
        setWorking(false);
      },
    );
  }, [client, queries]);
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
  }, [t]);
  if (working) {
    return (
      <Frame title={t('signIn.title')}>
        <StatusIndicator type="loading">{t('signIn.working')}</StatusIndicator>
      </Frame>
    );
  }
  const asked = new URLSearchParams(search);
  const signedOut = asked.has('out');
  const refusal = REFUSALS.find((one) => one === asked.get('refused'));
  const refused = error instanceof ApiError && error.status !== 0 && error.status < 500;
  const [before, after] = t('signIn.how', { command: '\u0000' }).split('\u0000');
  return (
    <Frame title={signedOut ? t('signIn.signedOut') : t('signIn.ended')}>
      {refused && <StatusIndicator type="warning">{t('signIn.used')}</StatusIndicator>}
      {error !== undefined && !refused && <StatusIndicator type="error">{errorText(error, t)}</StatusIndicator>}
      {refusal !== undefined && <StatusIndicator type="warning">{t(`signIn.refused.${refusal}`)}</StatusIndicator>}
      <ProviderButton />
      <Box variant="p">
        {before}
        <code className="assay-code">{t('signIn.command')}</code>
        {after}
      </Box>
    </Frame>
  );
}

/** Nothing where there is no provider, or no answer: the link on the command line is still there. */
function ProviderButton() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [provider, setProvider] = useState(false);
  useEffect(() => {
    client.hasIdentityProvider().then(setProvider, () => setProvider(false));
  }, [client]);
  if (!provider) return null;
  return (
    <Button variant="primary" href="/sign-in/oidc">
      {t('signIn.provider')}
    </Button>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main id="main" className="assay-center" tabIndex={-1}>
      <Container header={<Header variant="h1">{title}</Header>}>
        <div aria-live="polite">
          <SpaceBetween size="s">{children}</SpaceBetween>
        </div>
      </Container>
    </main>
  );
}
