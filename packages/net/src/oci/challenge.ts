/** One way a server offers to authenticate (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads a WWW-Authenticate field, which may hold several challenges; stops at what it cannot read. */
export function parseChallenges(field: string): readonly Challenge[] {
  const found: { scheme: string; parameters: Map<string, string> }[] = [];
  const text = field.slice(0, 8192);
  const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
  let at = 0;
  const skip = (): void => {
    while (at < text.length && (text[at] === ' ' || text[at] === ',' || text[at] === '\t')) at++;
  };
  const readToken = (): string | undefined => {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) return undefined;
    at = token.lastIndex;
    return match[0];
  };
  for (skip(); at < text.length; skip()) {
    const word = readToken();
    if (word === undefined) break;
    if (text[at] !== '=') {
      found.push({ scheme: word.toLowerCase(), parameters: new Map() });
      continue;
    }
    at++;
    const value = text[at] === '"' ? readQuoted() : readToken();
    if (value === undefined) break;
    found.at(-1)?.parameters.set(word.toLowerCase(), value);
  }
  return found;

  function readQuoted(): string | undefined {
    let value = '';
    for (at++; at < text.length; at++) {
      if (text[at] === '"') {
        at++;
        return value;
      }
      if (text[at] === '\\') at++;
      value += text[at] ?? '';
    }
    return undefined;
  }
}
