import type { Context } from '@assay/core/context.ts';
import type { AdvisoryPlaces } from '@assay/engine/open-advisories.ts';
import type { Environment } from './environment.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One row of a command's options table: help, validation and docs/cli.md are made from it. */
export interface OptionSpec {
  /** Placeholder of its value; absent for switches. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly short?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  readonly about: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
}

/**
 * A command is one file in `commands/` and one line in `commands.ts`. The file holds its tables and loads the code that works with
 * `import()` inside `run`, so that no command pays for another.
 */
export interface Command {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly positionals?: readonly PositionalSpec[];
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly examples?: readonly (readonly [command: string, about: string])[];
  readonly subcommands?: readonly Command[];
  /** Returns the exit code. Absent where there are subcommands. */
  readonly run?: (given: Arguments, cli: Cli) => Promise<number>;
}

/** What was given on the command line, already checked against the tables. */
export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  /** Given or default value. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** The world of a command. */
export interface Cli {
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly ctx: Context;
  readonly cwd: string;
  /** Files of the starter advisory database. */
  readonly starter: AdvisoryPlaces['starter'];
}
