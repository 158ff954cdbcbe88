import SplitPanel from '@cloudscape-design/components/split-panel';
import { type ReactNode, useEffect } from 'react';
import { useI18n } from '../i18n/i18n.tsx';

/** The panel beside a table. Escape closes it. */
export function SidePanel({ title, children, onClose }: { title: string; children: ReactNode; onClose: () => void }) {
  const { t } = useI18n();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const inside = event.target instanceof Element && event.target.closest('[class*="split-panel"]') !== null;
      if (event.key === 'Escape' && inside) onClose();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onClose]);
  return (
    <SplitPanel
      header={title}
      ariaLabel={t('detail.panel')}
      closeBehavior="hide"
      i18nStrings={{
        closeButtonAriaLabel: t('detail.close'),
        openButtonAriaLabel: t('detail.openPanel'),
        preferencesTitle: t('detail.preferences'),
        preferencesPositionLabel: t('detail.position'),
        preferencesPositionDescription: '',
        preferencesPositionSide: t('detail.side'),
        preferencesPositionBottom: t('detail.bottom'),
        preferencesConfirm: t('app.apply'),
        preferencesCancel: t('app.cancel'),
        resizeHandleAriaLabel: t('detail.resize'),
      }}
    >
      {children}
    </SplitPanel>
  );
}
