import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useQueryClient } from '@tanstack/react-query';
import { useI18n } from '../i18n/i18n.tsx';
import { LANGUAGES } from '../i18n/language.ts';
import { ROUTE_GROUPS, ROUTES, type RouteGroup } from '../routes.ts';
import { APPEARANCE_KEY, APPEARANCES, type Appearance, setAppearance } from './appearance.ts';
import { useEnvironment } from './environment.tsx';
import { inPlace, navigate, useFollow, usePlace } from './location.tsx';
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
          <a className="assay-brand" href="/" onClick={(event) => inPlace(event, '/')}>
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

function Pages() {
  const { t } = useI18n();
  const { path } = usePlace();
  const [first, ...menus] = ROUTE_GROUPS;
  return (
    <nav aria-label={t('app.navigation')}>
      <ul className="assay-pages">
        {ROUTES.filter((route) => route.group === first).map((route) => (
          <li key={route.path}>
            <a href={route.path} onClick={(event) => inPlace(event, route.path)} aria-current={route.path === path ? 'page' : undefined}>
              {t(route.title)}
            </a>
          </li>
        ))}
        {menus.map((group) => (
          <PagesMenu key={group} group={group} path={path} />
        ))}
      </ul>
    </nav>
  );
}

function PagesMenu({ group, path }: { group: RouteGroup; path: string }) {
  const { t } = useI18n();
  const follow = useFollow();
  const routes = ROUTES.filter((route) => route.group === group);
  if (routes.length === 0) return null;
  return (
    <li className="assay-menu" aria-current={routes.some((route) => route.path === path) ? 'true' : undefined}>
      <ButtonDropdown items={routes.map((route) => ({ id: route.path, text: t(route.title), href: route.path }))} onItemFollow={follow}>
        {t(`nav.${group}`)}
      </ButtonDropdown>
    </li>
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
