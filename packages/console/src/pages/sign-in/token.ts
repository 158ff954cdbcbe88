/** One-time token of `/sign-in#TOKEN` or `/sign-in#token=TOKEN`. A fragment never reaches a server's log. */
export function tokenOf(hash: string): string | null {
  const text = hash.replace(/^#/, '').replace(/^token=/, '');
  return /^[A-Za-z0-9._~-]{8,512}$/.test(text) ? text : null;
}
