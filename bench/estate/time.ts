export const DAY = 86_400_000;
/** The estate's present. */
export const NOW = Date.UTC(2026, 10, 1);

export const timestamp = (ms: number): string => new Date(ms).toISOString();
