/** What one look at the installation found. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** One sentence; of what is not right, with what to do. */
  readonly words: string;
}

export function ok(name: string, words: string): Check {
  return { name, state: 'ok', words };
}

export function warning(name: string, words: string): Check {
  return { name, state: 'warning', words };
}

export function problem(name: string, words: string): Check {
  return { name, state: 'problem', words };
}
