/** What the outside world gives to code below the composition root: clock, log, abort. Network and files are passed as functions. */
export interface Logger {
  debug(message: string, attributes?: Readonly<Record<string, unknown>>): void;
  info(message: string, attributes?: Readonly<Record<string, unknown>>): void;
  warn(message: string, attributes?: Readonly<Record<string, unknown>>): void;
  error(message: string, attributes?: Readonly<Record<string, unknown>>): void;
}

export interface Context {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly signal?: AbortSignal;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
