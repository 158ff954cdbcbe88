import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useQueryClient } from '@tanstack/react-query';
import type { MouseEvent } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { LANGUAGES } from '../i18n/language.ts';
import { ROUTES } from '../routes.ts';
import { APPEARANCE_KEY, APPEARANCES, type Appearance, setAppearance } from './appearance.ts';
import { useEnvironment } from './environment.tsx';
import { navigate, usePlace } from './location.tsx';
import { useRemembered } from './preferences.tsx';

export function TopBar({ signedIn }: { signedIn: boolean }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  async function signOut() {
    await client.signOut().catch(() => undefined);
    queries.clear();
    navigate('/sign-in?out=1');
  }
  return (
    <div id="top-bar">
      <TopNavigation>
        <div className="assay-top">
          <a className="assay-brand" href="/" onClick={inPlace}>
            <img src="/favicon.svg" alt="" width="26" height="26" />
            {t('app.name')}
          </a>
          {signedIn && <Pages />}
          <Settings />
          {signedIn && (
            <Button variant="link" onClick={() => void signOut()}>
              {t('app.signOut')}
            </Button>
          )}
        </div>
      </TopNavigation>
    </div>
  );
}

/** A plain click stays in the page; a click for a new tab is the browser's. */
function inPlace(event: MouseEvent<HTMLAnchorElement>) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(event.currentTarget.pathname);
}

function Pages() {
  const { t } = useI18n();
  const { path } = usePlace();
  return (
    <nav aria-label={t('app.navigation')}>
      {(['vulnerabilities', 'service'] as const).map((group) => (
        <ul key={group} className="assay-pages" aria-label={t(`nav.${group}`)}>
          {ROUTES.filter((route) => route.group === group).map((route) => (
            <li key={route.path}>
              <a href={route.path} onClick={inPlace} aria-current={route.path === path ? 'page' : undefined}>
                {t(route.title)}
              </a>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

function Settings() {
  const { t, language, setLanguage } = useI18n();
  const [appearance, remember] = useRemembered<Appearance>(APPEARANCE_KEY, 'system');
  function choose(id: string) {
    const [kind, value] = id.split(':');
    if (kind === 'language' && (value === 'en' || value === 'ko')) setLanguage(value);
    const wanted = APPEARANCES.find((candidate) => candidate === value);
    if (kind === 'appearance' && wanted !== undefined) {
      remember(wanted);
      setAppearance(wanted);
    }
  }
  return (
    <ButtonDropdown
      iconName="settings"
      variant="icon"
      ariaLabel={t('app.settings')}
      items={[
        {
          text: t('app.language'),
          items: LANGUAGES.map(({ id, name }) => ({ id: `language:${id}`, text: name, itemType: 'checkbox', checked: id === language })),
        },
        {
          text: t('app.theme'),
          items: APPEARANCES.map((id) => ({
            id: `appearance:${id}`,
            text: t(`app.theme.${id}`),
            itemType: 'checkbox',
            checked: id === appearance,
          })),
        },
      ]}
      onItemClick={(event) => choose(event.detail.id)}
    />
  );
}
