/** The name of a stored code; UNKNOWN for what was removed, or made by a newer version. */
export function codeName(codes: Readonly<Record<string, number>>, code: number | null | undefined): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? 'UNKNOWN';
}
