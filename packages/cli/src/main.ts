import type { Context, Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type { Cli, Command } from './command.ts';
import { commands } from './commands.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { commandHelp, programHelp } from './help.ts';
import { nearest, parseArguments, usage } from './parse-arguments.ts';
import { starter } from './places.ts';
import { type Terminal, terminalOf } from './terminal/terminal.ts';

/** The program: reads the process, sets its exit code. */
export async function main(): Promise<void> {
  const environment = readEnvironment();
  const abort = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (abort.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    abort.abort(new AssayError('interrupted', 'Interrupted.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A reader that goes away (`assay … | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.notLooked));
  const terminal = terminalOf(process.stdout, process.stderr, environment.noColor);
  const ctx: Context = { now: () => Date.now(), log: loggerOf(terminal, environment), signal: abort.signal };
  const cli: Cli = {
    environment,
    terminal,
    // Opened by who reads it.
    get input() {
      return process.stdin;
    },
    ctx,
    cwd: process.cwd(),
    starter,
  };
  process.exitCode = await run(process.argv.slice(2), cli);
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
}

/** Runs one command line and returns its exit code. Never throws for what a person can cause. */
export async function run(words: readonly string[], cli: Cli): Promise<number> {
  try {
    return await dispatch(words, cli);
  } catch (error) {
    return report(error, cli);
  }
}

async function dispatch(words: readonly string[], cli: Cli): Promise<number> {
  const [name] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const wanted = name === 'help' ? find(commands, words.slice(1)) : undefined;
    cli.terminal.out.write(wanted === undefined ? programHelp(commands) : commandHelp(wanted.command, wanted.path));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === '--version' || name === '-V') {
    cli.terminal.out.write(`${ASSAY_VERSION}\n`);
    return EXIT.ok;
  }
  const { command, path, rest } = find(commands, words);
  const given = parseArguments(command, path, rest);
  if (given.help || command.run === undefined) {
    cli.terminal.out.write(commandHelp(command, path));
    return given.help ? EXIT.ok : EXIT.usage;
  }
  return await command.run(given, cli);
}

function find(
  list: readonly Command[],
  words: readonly string[],
  path = 'assay',
): { command: Command; path: string; rest: readonly string[] } {
  const [name = '', ...rest] = words;
  const command = list.find((one) => one.name === name);
  if (command === undefined) {
    const names = list.map((one) => one.name);
    throw usage(path, name.startsWith('-') ? `${name} comes after a command` : `"${name}" is no command${nearest(name, names, '')}`);
  }
  const own = `${path} ${name}`;
  const [next] = rest;
  if (command.subcommands === undefined || next === undefined || next.startsWith('-')) return { command, path: own, rest };
  return find(command.subcommands, rest, own);
}

/** One sentence for people; the stack only when asked for. */
function report(error: unknown, { terminal, environment }: Cli): number {
  if (environment.debug) terminal.err.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  if (error instanceof AssayError) {
    if (error.code === 'interrupted') return 130;
    terminal.err.write(`assay: ${oneLine(error.message)}\n`);
    return error.code === 'usage' ? EXIT.usage : EXIT.notLooked;
  }
  if (error instanceof Error && error.name === 'AbortError') return 130;
  const broken = systemProblem(error);
  if (broken !== undefined) {
    terminal.err.write(`assay: ${oneLine(broken)}\n`);
    return EXIT.notLooked;
  }
  const words = error instanceof Error ? error.message : String(error);
  terminal.err.write(`assay: Something went wrong that should not (${oneLine(words)}); run again with ASSAY_DEBUG=1 and report it.\n`);
  return EXIT.notLooked;
}

/** What a person can act on among the errors of the file system. */
function systemProblem(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const words = SYSTEM_WORDS[code ?? ''];
  return words === undefined ? undefined : `${path ?? 'A file'} cannot be used: ${words}.`;
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; choose another place or user',
  EPERM: 'not permitted; choose another place or user',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the file system is read-only; choose another place',
  ENOTDIR: 'part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'something else of that name is in the way',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
};

/** Messages may quote hostile names. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').slice(0, 2000);
}

function loggerOf(terminal: Terminal, environment: Environment): Logger {
  const line = (level: string) => (message: string, attributes?: Readonly<Record<string, unknown>>) => {
    if (environment.debug) terminal.err.write(`${level}: ${message}${attributes === undefined ? '' : ` ${JSON.stringify(attributes)}`}\n`);
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
