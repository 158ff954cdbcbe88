/** Reading members of foreign JSON: each returns a harmless value where the member is not of the wanted kind. */
export type Members = Readonly<Record<string, unknown>>;

export function asObject(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
