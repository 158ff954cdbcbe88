import type { WriteStream } from 'node:tty';

/** Where answers (`out`) and everything else (`err`) go, and what those places can show. */
export interface Terminal {
  readonly out: Place;
  readonly err: Place;
}

export interface Place {
  /** Columns of a terminal; undefined where it is none. */
  readonly width: number | undefined;
  readonly colors: boolean;
  write(text: string): void;
}

type Stream = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export function terminalOf(stdout: Stream, stderr: Stream, noColor: boolean): Terminal {
  return { out: placeOf(stdout, noColor), err: placeOf(stderr, noColor) };
}

function placeOf(stream: Stream, noColor: boolean): Place {
  const tty = stream.isTTY === true;
  return {
    get width() {
      return tty ? Math.max(40, stream.columns ?? 80) : undefined;
    },
    colors: tty && !noColor,
    write: (text) => void stream.write(text),
  };
}

const CODES = { bold: 1, dim: 2, red: 31, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Style = keyof typeof CODES;

export function styled(place: Place, style: Style, text: string): string {
  return place.colors ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}
