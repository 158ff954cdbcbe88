/** The address when it is plain http(s) without credentials in it; anything else a feed or an image may have written is shown as text. */
export function safeHref(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 2048) return undefined;
  try {
    const url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
    return url.username === '' && url.password === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
