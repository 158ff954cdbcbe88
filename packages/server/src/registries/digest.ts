/** `sha256:` and 64 hex: the only digests that ARNs of images can carry. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
