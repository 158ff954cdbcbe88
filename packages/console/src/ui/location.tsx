import { type MouseEvent, useCallback, useSyncExternalStore } from 'react';

/** Path and search of the address bar. All page state that a link should carry lives in the search part. */
export interface Place {
  readonly path: string;
  readonly search: string;
}

const CHANGED = 'assay:navigated';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => `${window.location.pathname}${window.location.search}`);
  const cut = href.indexOf('?');
  return cut < 0 ? { path: href, search: '' } : { path: href.slice(0, cut), search: href.slice(cut) };
}

/** Goes to an address of this console. `replace` for a change that Back should not undo step by step. */
export function navigate(href: string, options: { replace?: boolean } = {}): void {
  if (options.replace === true) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  window.dispatchEvent(new Event(CHANGED));
}

/** For Cloudscape's onFollow: keeps the link a real link (new tab, copy address) and navigates in place on a plain click. */
export function useFollow(): (event: {
  preventDefault(): void;
  detail: { href?: string | undefined; external?: boolean | undefined };
}) => void {
  return useCallback((event) => {
    const href = event.detail.href;
    if (event.detail.external === true || href === undefined || !href.startsWith('/')) return;
    event.preventDefault();
    navigate(href);
  }, []);
}

/** For a link of our own: a plain click stays in the page, one for a new tab is the browser's. */
export function inPlace(event: MouseEvent, href: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  navigate(href);
}

/** Where this console, and with it the service, was reached: `https://assay.example.com`. */
export function ownAddress(): string {
  return window.location.origin;
}
