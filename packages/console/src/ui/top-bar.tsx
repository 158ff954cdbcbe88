import type { TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useQueryClient } from '@tanstack/react-query';
import { LANGUAGES, useI18n } from '../i18n/i18n.tsx';
import { APPEARANCE_KEY, APPEARANCES, type Appearance, setAppearance } from './appearance.ts';
import { useEnvironment } from './environment.tsx';
import { navigate, useFollow } from './location.tsx';
import { useRemembered } from './preferences.tsx';

export function TopBar({ signedIn }: { signedIn: boolean }) {
  const { t, language, setLanguage } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  const follow = useFollow();
  const [appearance, remember] = useRemembered<Appearance>(APPEARANCE_KEY, 'system');

  async function signOut() {
    await client.signOut().catch(() => undefined);
    queries.clear();
    navigate('/sign-in?out=1');
  }
  function choose(id: string) {
    const [kind, value] = id.split(':');
    if (kind === 'language' && (value === 'en' || value === 'ko')) setLanguage(value);
    const wanted = APPEARANCES.find((candidate) => candidate === value);
    if (kind === 'appearance' && wanted !== undefined) {
      remember(wanted);
      setAppearance(wanted);
    }
  }
  const settings: TopNavigationProps.MenuDropdownUtility = {
    type: 'menu-dropdown',
    iconName: 'settings',
    ariaLabel: t('app.settings'),
    title: t('app.settings'),
    items: [
      {
        text: t('app.language'),
        items: LANGUAGES.map(({ id, name }) => ({
          id: `language:${id}`,
          text: name,
          itemType: 'checkbox',
          checked: id === language,
          lang: id,
        })),
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
    ],
    onItemClick: (event) => choose(event.detail.id),
  };
  const out: TopNavigationProps.ButtonUtility = { type: 'button', text: t('app.signOut'), onClick: () => void signOut() };
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{ href: '/', title: t('app.name'), logo: { src: '/favicon.svg', alt: '' }, onFollow: follow as never }}
        utilities={signedIn ? [settings, out] : [settings]}
      />
    </div>
  );
}
