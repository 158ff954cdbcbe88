import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useI18n } from '../i18n/i18n.tsx';
import { useFollow } from './location.tsx';

export function NotFound() {
  const { t } = useI18n();
  const follow = useFollow();
  return (
    <main id="main" className="assay-center">
      <SpaceBetween size="m" alignItems="center">
        <Box variant="h1">{t('app.notFound')}</Box>
        <Button href="/" onFollow={follow}>
          {t('app.notFoundGo')}
        </Button>
      </SpaceBetween>
    </main>
  );
}
