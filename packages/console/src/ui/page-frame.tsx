import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import { type ReactNode, type Ref, useEffect } from 'react';
import type { MessageKey } from '../i18n/en.ts';
import { useI18n } from '../i18n/i18n.tsx';
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
      navigationHide
      notifications={notifications}
      content={
        <div id="main" tabIndex={-1} className="assay-main">
          <Notices />
          {children}
        </div>
      }
      ariaLabels={{ notifications: t('app.notifications') }}
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
