import { Suspense } from 'react';
import { useI18n } from './i18n/i18n.tsx';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import { ROUTES } from './routes.ts';
import { usePlace } from './ui/location.tsx';
import { NotFound } from './ui/not-found.tsx';
import { TopBar } from './ui/top-bar.tsx';

export function App() {
  const { path } = usePlace();
  const { t } = useI18n();
  const route = ROUTES.find((candidate) => candidate.path === path);
  const Page = path === '/sign-in' ? SignInPage : (route?.page ?? NotFound);
  return (
    <>
      <a className="assay-skip" href="#main">
        {t('app.skip')}
      </a>
      <TopBar signedIn={path !== '/sign-in'} />
      <Suspense fallback={null}>
        <Page />
      </Suspense>
    </>
  );
}
