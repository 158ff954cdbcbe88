import { useMemo, useState } from 'react';

export interface Pages {
  readonly index: number;
  readonly token: string | undefined;
  /** Pages known so far. */
  readonly count: (nextToken: string | undefined) => number;
  readonly go: (index: number, nextToken: string | undefined) => void;
}

/** Cursor paging: the token of each page seen so far. Starts again whenever `key` (the question asked) changes. */
export function usePages(key: string): Pages {
  const [state, setState] = useState<{ key: string; tokens: readonly string[]; index: number }>({ key, tokens: [], index: 1 });
  const current = state.key === key ? state : { key, tokens: [], index: 1 };
  return useMemo(
    () => ({
      index: current.index,
      token: current.index > 1 ? current.tokens[current.index - 2] : undefined,
      count: (nextToken) => Math.max(current.tokens.length + 1, current.index + (nextToken === undefined ? 0 : 1)),
      go(index, nextToken) {
        const tokens =
          nextToken !== undefined && index === current.index + 1
            ? [...current.tokens.slice(0, current.index - 1), nextToken]
            : current.tokens;
        if (index >= 1 && index <= tokens.length + 1) setState({ key: current.key, tokens, index });
      },
    }),
    [current.key, current.tokens, current.index],
  );
}
