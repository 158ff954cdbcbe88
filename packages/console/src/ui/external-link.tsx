import Link from '@cloudscape-design/components/link';
import { safeHref } from '../format/safe-link.ts';
import { useI18n } from '../i18n/i18n.tsx';

/** A link out when the address is plain http(s), else its text. */
export function ExternalLink({ href, children }: { href: string | undefined; children?: string }) {
  const { t } = useI18n();
  const safe = safeHref(href);
  const text = children ?? href ?? '';
  if (safe === undefined) return <span className="assay-break">{text}</span>;
  return (
    <span className="assay-break">
      <Link href={safe} external rel="noopener noreferrer" externalIconAriaLabel={t('app.external')}>
        {text}
      </Link>
    </span>
  );
}
