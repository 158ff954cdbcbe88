import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createClient, isSignedOut } from './api/client.ts';
import { App } from './app.tsx';
import { LanguageProvider } from './i18n/i18n.tsx';
import { followAppearance } from './ui/appearance.ts';
import { EnvironmentProvider } from './ui/environment.tsx';
import { navigate } from './ui/location.tsx';

/** The composition root: the only file that reaches for the browser's own clock, storage and network. */
const environment = {
  client: createClient((path, init) => window.fetch(path, init)),
  now: () => Date.now(),
  storage: window.localStorage,
};

function leaveWhenSignedOut(error: unknown): void {
  if (isSignedOut(error) && window.location.pathname !== '/sign-in') navigate('/sign-in?ended=1');
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && error.name === 'ApiError' && (error as { status?: number }).status === 0,
    },
  },
});

followAppearance(environment.storage);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <EnvironmentProvider value={environment}>
      <QueryClientProvider client={queries}>
        <LanguageProvider wanted={navigator.languages}>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </EnvironmentProvider>
  </StrictMode>,
);
