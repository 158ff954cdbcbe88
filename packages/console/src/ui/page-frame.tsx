import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import Icon from '@cloudscape-design/components/icon';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { type ReactNode, type Ref, useEffect } from 'react';
import type { MessageKey } from '../i18n/en.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { ROUTES } from '../routes.ts';
import { useFollow, usePlace } from './location.tsx';
import { Notices } from './notices.tsx';
import { useRemembered } from './preferences.tsx';

interface Panel {
  readonly content: ReactNode;
  readonly open: boolean;
  readonly onClose: () => void;
}
interface PageFrameProps {
  readonly title: MessageKey;
  readonly children: ReactNode;
  readonly notifications?: ReactNode;
  readonly panel?: Panel;
  readonly layout?: Ref<AppLayoutProps.Ref>;
}

/** Navigation, landmarks, messages and the side panel around every page. */
export function PageFrame({ title, children, notifications, panel, layout }: PageFrameProps) {
  const { t } = useI18n();
  const [navigationOpen, setNavigationOpen] = useRemembered('assay.navigation', false);
  const [size, setSize] = useRemembered('assay.panel.size', 520);
  const [position, setPosition] = useRemembered<'side' | 'bottom'>('assay.panel.position', 'side');
  useEffect(() => {
    document.title = `${t(title)} · ${t('app.name')}`;
  }, [t, title]);
  return (
    <AppLayout
      ref={layout ?? null}
      headerSelector="#top-bar"
      contentType="table"
      toolsHide
      navigationWidth={220}
      navigationCloseBehavior="collapse"
      navigation={<Navigation collapsed={!navigationOpen} />}
      navigationOpen={navigationOpen}
      onNavigationChange={(event) => setNavigationOpen(event.detail.open)}
      notifications={notifications}
      content={
        <div id="main" tabIndex={-1} className="assay-main">
          <Notices />
          {children}
        </div>
      }
      ariaLabels={{
        navigation: t('app.navigation'),
        navigationToggle: t('app.navigationOpen'),
        navigationClose: t('app.navigationClose'),
        notifications: t('app.notifications'),
      }}
      splitPanel={panel?.open === true ? panel.content : undefined}
      splitPanelOpen={panel?.open === true}
      splitPanelSize={size}
      onSplitPanelResize={(event) => setSize(event.detail.size)}
      onSplitPanelToggle={(event) => {
        if (!event.detail.open) panel?.onClose();
      }}
      splitPanelPreferences={{ position }}
      onSplitPanelPreferencesChange={(event) => setPosition(event.detail.position)}
    />
  );
}

function Navigation({ collapsed }: { collapsed: boolean }) {
  const { t } = useI18n();
  const { path } = usePlace();
  const follow = useFollow();
  const items: SideNavigationProps.Item[] = (['vulnerabilities', 'service'] as const).map((group) => ({
    type: 'section-group',
    title: t(`nav.${group}`),
    items: ROUTES.filter((route) => route.group === group).map((route) => ({
      type: 'link',
      text: t(route.title),
      href: route.path,
      icon: <Icon name={route.icon} />,
    })),
  }));
  return <SideNavigation collapsed={collapsed} activeHref={path} items={items} onFollow={follow as never} />;
}
